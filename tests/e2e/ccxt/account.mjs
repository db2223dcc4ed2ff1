// Account, orders, trigger orders and fills: the private methods, by values.
import { assert, check, near, refused, sleep, until } from './checks.mjs';
import { ccxt, rest } from './venue.mjs';

const BTC = 'BTC/USDT:USDT';
const ETH = 'ETH/USDT:USDT';
const SOL = 'SOL/USDT:USDT';
const XRP = 'XRP/USDT:USDT';
const BTC_FEE = 0.0008;
const trigger = { trigger: true };
const ids = (orders) => orders.map((o) => o.id).sort();

async function settings(c) {
  await check('fetchBalance', async () => {
    const { USDT } = await c.fetchBalance();
    assert.deepEqual([USDT.total, USDT.free, USDT.used], [10000, 10000, 0]);
  });
  await check('setLeverage fetchLeverage fetchLeverages', async () => {
    const done = await c.setLeverage(7, BTC);
    assert.deepEqual([done.marginType, done.crossLeverage], ['CROSSED', '7']);
    const one = await c.fetchLeverage(BTC);
    assert.deepEqual([one.marginMode, one.longLeverage, one.shortLeverage], ['cross', 7, 7]);
    assert.equal((await c.fetchLeverages())[ETH].longLeverage, 20);
    await refused(c.setLeverage(401, BTC), ccxt.InvalidOrder, '-3313');
  });
  await check('fetchMarginMode fetchMarginModes fetchPositionMode', async () => {
    assert.equal((await c.fetchMarginMode(BTC)).marginMode, 'cross');
    assert.equal(Object.keys(await c.fetchMarginModes()).length, 8);
    assert.equal((await c.fetchPositionMode(BTC)).hedged, false);
  });
  await check('fetchTradingFee', async () => {
    const fee = await c.fetchTradingFee(BTC);
    assert.deepEqual([fee.maker, fee.taker], [0.0002, 0.0008]);
  });
}

async function orders(c) {
  let limit;
  await check('createOrder createLimitOrder createLimitBuyOrder fetchOrder fetchOpenOrders', async () => {
    limit = await c.createOrder(BTC, 'limit', 'buy', 0.0123, 50000.1, { clientOrderId: 'ccxt-limit-1' });
    assert.equal(limit.clientOrderId, 'ccxt-limit-1');
    const open = await c.fetchOrder(limit.id, BTC);
    assert.deepEqual(
      [open.status, open.type, open.side, open.price, open.amount, open.filled, open.timeInForce, open.reduceOnly],
      ['open', 'limit', 'buy', 50000.1, 0.0123, 0, 'GTC', false],
    );
    const second = await c.createLimitBuyOrder(BTC, 0.01, 40000);
    assert.deepEqual(ids(await c.fetchOpenOrders(BTC)), ids([limit, second]));
    assert.deepEqual(await c.fetchOpenOrders(ETH), []);
    const { USDT } = await c.fetchBalance();
    near(USDT.used, (0.0123 * 50000.1 + 400) * (1 / 7 + BTC_FEE), 1e-6, 'margin held by two orders');
    assert.equal((await c.cancelOrder(second.id, BTC)).status, 'canceled');
  });
  await check('fetchOrderWithClientOrderId', async () => {
    const found = await c.fetchOrderWithClientOrderId('ccxt-limit-1', BTC);
    assert.equal(found.id, limit.id);
  });
  await check('cancelOrder', async () => {
    const gone = await c.cancelOrder(limit.id, BTC);
    assert.deepEqual([gone.id, gone.status], [limit.id, 'canceled']);
    assert.equal((await c.fetchOrder(limit.id, BTC)).status, 'canceled');
    await refused(c.cancelOrder(limit.id, BTC), ccxt.InvalidOrder, '-3200');
  });
  await check('cancelOrderWithClientOrderId', async () => {
    await c.createOrder(BTC, 'limit', 'buy', 0.01, 40000, { clientOrderId: 'ccxt-c-1' });
    assert.equal((await c.cancelOrderWithClientOrderId('ccxt-c-1', BTC)).clientOrderId, 'ccxt-c-1');
    assert.deepEqual(await c.fetchOpenOrders(BTC), []);
  });
  await check('cancelOrders cancelOrdersWithClientOrderId', async () => {
    const made = [];
    for (const n of [1, 2, 3]) {
      made.push(await c.createOrder(BTC, 'limit', 'buy', 0.01, 40000 + n, { clientOrderId: `ccxt-b-${n}` }));
    }
    const gone = await c.cancelOrders([made[0].id, made[1].id], BTC);
    assert.deepEqual(ids(gone), ids(made.slice(0, 2)));
    const [third] = await c.cancelOrdersWithClientOrderIds(['ccxt-b-3'], BTC);
    assert.deepEqual([third.id, third.clientOrderId], [made[2].id, 'ccxt-b-3']);
    assert.deepEqual(await c.fetchOpenOrders(BTC), []);
  });
  await check('cancelAllOrders', async () => {
    const btc = await c.createOrder(BTC, 'limit', 'buy', 0.01, 40000);
    const eth = await c.createOrder(ETH, 'limit', 'buy', 0.1, 1000);
    assert.deepEqual(ids(await c.cancelAllOrders(BTC)), [btc.id]);
    assert.deepEqual(ids(await c.fetchOpenOrders()), [eth.id]);
    assert.deepEqual(ids(await c.cancelAllOrders()), [eth.id]);
  });
  await check('createOrder', async () => {
    // Post-only: rests below the market, is cancelled where it would take.
    const rests = await c.createOrder(BTC, 'limit', 'buy', 0.01, 40000, { timeInForce: 'POST_ONLY' });
    const shown = await c.fetchOrder(rests.id, BTC);
    assert.deepEqual([shown.status, shown.info.timeInForce], ['open', 'POST_ONLY']);
    const takes = await c.createOrder(BTC, 'limit', 'buy', 0.01, 200000, { timeInForce: 'POST_ONLY' });
    assert.equal((await c.fetchOrder(takes.id, BTC)).status, 'canceled');
    const killed = await c.createOrder(BTC, 'limit', 'buy', 0.01, 40000, { timeInForce: 'FOK' });
    assert.equal((await c.fetchOrder(killed.id, BTC)).status, 'canceled');
    await c.cancelAllOrders(BTC);
    await refused(c.createOrder(BTC, 'limit', 'buy', 100, 90000), ccxt.InsufficientFunds, 'amount not enough');
    await refused(
      c.createOrder(BTC, 'limit', 'buy', 0.01, 40000, { clientOrderId: 'no spaces allowed' }),
      ccxt.InvalidOrder,
      '-1180',
    );
  });
}

async function positions(c) {
  let bought;
  await check('createMarketOrder createMarketBuyOrder fetchPosition fetchPositions fetchPositionsForSymbol', async () => {
    bought = await c.createOrder(BTC, 'market', 'buy', 0.02);
    const done = await c.fetchOrder(bought.id, BTC);
    assert.deepEqual([done.status, done.type, done.filled], ['closed', 'market', 0.02]);
    const position = await c.fetchPosition(BTC);
    assert.deepEqual([position.side, position.contracts, position.leverage, position.marginMode], ['long', 0.02, 7, 'cross']);
    near(position.entryPrice, done.average, 1e-6, 'entry price');
    near(position.initialMargin, position.notional / 7, 0.05, 'margin');
    assert.equal((await c.fetchPositions([BTC])).length, 1);
    assert.deepEqual(await c.fetchPositionsForSymbol(ETH), []);
  });
  await check('fetchMyTrades fetchOrderTrades', async () => {
    const trades = await c.fetchOrderTrades(bought.id, BTC);
    const size = trades.reduce((sum, t) => sum + t.amount, 0);
    near(size, 0.02, 1e-9, 'filled size');
    trades.forEach((t) => {
      assert.deepEqual([t.order, t.side, t.takerOrMaker, t.fee.currency], [bought.id, 'buy', 'taker', 'USDT']);
      near(t.fee.cost, t.cost * BTC_FEE, 1e-6, 'fee');
    });
    assert.equal((await c.fetchMyTrades(BTC)).length, trades.length);
  });
  await check('createReduceOnlyOrder createMarketSellOrder', async () => {
    await c.createOrder(BTC, 'market', 'sell', 0.005, undefined, { reduceOnly: true });
    near((await c.fetchPosition(BTC)).contracts, 0.015, 1e-9, 'what is left');
    const sells = await c.createReduceOnlyOrder(BTC, 'limit', 'sell', 0.005, 250000);
    assert.equal((await c.fetchOrder(sells.id, BTC)).reduceOnly, true);
    await c.cancelOrder(sells.id, BTC);
  });
  await check('createMarketSellOrder createLimitSellOrder', async () => {
    await c.createMarketSellOrder(ETH, 0.1); // opens a short beside everything else
    const short = await c.fetchPosition(ETH);
    assert.deepEqual([short.side, short.contracts], ['short', 0.1]);
    const rests = await c.createLimitSellOrder(ETH, 0.1, 9000);
    await c.cancelOrder(rests.id, ETH);
  });
}

async function waitingOrders(c) {
  await check('createTriggerOrder cancelAllOrders', async () => {
    const made = await c.createTriggerOrder(XRP, 'market', 'buy', 10, undefined, 9.5, {
      takeProfit: { triggerPrice: 12 },
      stopLoss: { triggerPrice: 5, triggerPriceType: 'mark' },
    });
    const [waiting] = await c.fetchOpenOrders(XRP, undefined, undefined, trigger);
    assert.deepEqual(
      [waiting.id, waiting.triggerPrice, waiting.takeProfitPrice, waiting.stopLossPrice, waiting.reduceOnly, waiting.status],
      [made.id, 9.5, 12, 5, false, 'open'],
    );
    await c.cancelOrder(made.id, XRP, trigger);
    const limit = await c.createTriggerOrder(XRP, 'limit', 'buy', 10, 9.4, 9.5);
    const [shown] = await c.fetchOpenOrders(XRP, undefined, undefined, trigger);
    assert.deepEqual([shown.id, shown.type, shown.price], [limit.id, 'limit', 9.4]);
    assert.deepEqual(ids(await c.cancelAllOrders(XRP, trigger)), [limit.id]);
  });
  await check('createTriggerOrder', async () => {
    // Those close to the market fire and open the position they stand for. The market moves on between
    // asking and placing, so both sides get one, again and again.
    const around = async () => {
      const { ask, bid } = (await c.fetchBidsAsks([SOL]))[SOL];
      for (const price of [ask + 0.02, bid - 0.02]) {
        await c.createTriggerOrder(SOL, 'market', 'buy', 0.1, undefined, Number(price.toFixed(2)));
      }
      await sleep(500);
      return c.fetchPosition(SOL);
    };
    await until('the trigger', around, (p) => p !== undefined && p.side === 'long');
    await c.cancelAllOrders(SOL, trigger);
  });
  await check('createStopLossOrder createTakeProfitOrder', async () => {
    const stop = await c.createStopLossOrder(BTC, 'market', 'sell', 0.01, undefined, 30000);
    const profit = await c.createTakeProfitOrder(BTC, 'limit', 'sell', 0.005, 299000, 300000);
    const open = await c.fetchOpenOrders(BTC, undefined, undefined, trigger);
    const of = (id) => open.find((o) => o.id === id);
    assert.deepEqual([of(stop.id).stopLossPrice, of(stop.id).reduceOnly, of(stop.id).amount], [30000, true, 0.01]);
    assert.deepEqual([of(profit.id).takeProfitPrice, of(profit.id).price, of(profit.id).type], [300000, 299000, 'limit']);
    await refused(c.setLeverage(9, BTC), ccxt.ExchangeError, 'open orders');
    await c.cancelAllOrders(BTC, trigger);
  });
  await check('createOrderWithTakeProfitAndStopLoss', async () => {
    const asked = Date.now();
    await c.createOrderWithTakeProfitAndStopLoss(ETH, 'market', 'buy', 0.1, undefined, 9000, 900);
    const early = await c.fetchOpenOrders(ETH, undefined, undefined, trigger);
    if (Date.now() - asked < 1900) assert.deepEqual(early, [], 'listed only after two seconds');
    const exits = await until(
      'attached exits',
      () => c.fetchOpenOrders(ETH, undefined, undefined, trigger),
      (open) => open.length === 2,
    );
    assert.deepEqual(exits.map((o) => o.takeProfitPrice ?? o.stopLossPrice).sort((a, b) => a - b), [900, 9000]);
    assert.ok(exits.every((o) => o.reduceOnly && o.side === 'sell' && o.amount === 0.1));
    await c.cancelAllOrders(ETH, trigger);
  });
}

async function endings(c) {
  await check('closePosition closeAllPositions', async () => {
    const closed = await c.closePosition(BTC);
    assert.equal((await c.fetchOrder(closed.id, BTC)).reduceOnly, true);
    assert.equal(await c.fetchPosition(BTC), undefined);
    assert.ok((await c.fetchPositions()).length >= 2);
    const all = await c.closeAllPositions();
    assert.ok(all.length >= 2 && all.every((p) => p.info.success === true));
    assert.deepEqual(await c.fetchPositions(), []);
  });
  await check('fetchCanceledAndClosedOrders fetchClosedOrders fetchCanceledOrders', async () => {
    const all = await c.fetchCanceledAndClosedOrders(BTC);
    const closed = await c.fetchClosedOrders(BTC);
    const canceled = await c.fetchCanceledOrders(BTC);
    assert.equal(closed.length, 3); // bought, reduced, closed
    assert.ok(closed.every((o) => o.filled === o.amount && o.average > 0));
    assert.equal(all.length, closed.length + canceled.length);
    assert.ok(canceled.some((o) => o.stopLossPrice === 30000), 'trigger orders stand in the history too');
  });
  await check('fetchLedger', async () => {
    const rows = await c.fetchLedger('USDT', undefined, 100);
    rows.sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1)); // several share a time
    const deposit = rows[0];
    assert.deepEqual([deposit.type, deposit.direction, deposit.amount, deposit.after], ['transfer', 'in', 10000, 10000]);
    rows.forEach((row, i) => {
      if (i > 0) near(row.before, rows[i - 1].after, 1e-9, 'each row begins where the last one ended:');
    });
    const { USDT } = await c.fetchBalance();
    near(USDT.total, rows.at(-1).after, 1e-9, 'flat, the balance is the ledger’s last');
  });
  await check('fetchFundingHistory', async () => {
    // Positions stood open across at least one settlement.
    const rows = await c.fetchFundingHistory(ETH);
    assert.ok(rows.length >= 1);
    rows.forEach((row) => {
      assert.equal(row.timestamp % (8 * 3_600_000), 0);
      assert.equal(row.code, 'USDT');
      assert.ok(row.amount !== 0 && Math.abs(row.amount) < 0.1 * 9000 * 0.01);
    });
  });
}

export async function accountAndOrders(venue) {
  const c = rest(venue.greeting);
  await c.loadMarkets();
  await settings(c);
  await orders(c);
  await positions(c);
  await waitingOrders(c);
  const settlement = async () => (await c.fetchFundingHistory(ETH)).length;
  await until('a funding settlement', settlement, (n) => n > 0, 25);
  await endings(c);
  await check('fetchPositions', async () => {
    const stranger = rest(venue.greeting, { ...venue.greeting.credentials, secret_key: 'wrong' });
    stranger.markets = c.markets;
    await refused(stranger.fetchPositions(), ccxt.AuthenticationError, '-1047');
  });
}

/**
 * Settings that the venue acknowledges with {"code":"200","msg":"success"}. ccxt 4.5.84 takes every
 * answer that holds a `msg` for an error, so against the documented ack the change is made and ccxt
 * throws; with the exchange's --bare-acks, `msg` is empty and the methods return.
 */
export async function acknowledgedSettings(documented, bare) {
  const strict = rest(documented.greeting, documented.greeting.more_accounts[1]);
  const c = rest(bare.greeting);
  await Promise.all([strict.loadMarkets(), c.loadMarkets()]);
  await check('setMarginMode', async () => {
    await refused(strict.setMarginMode('isolated', BTC), ccxt.ExchangeError, '"code":"200","msg":"success"');
    assert.equal((await strict.fetchMarginMode(BTC)).marginMode, 'isolated');
    assert.equal((await c.setMarginMode('isolated', BTC)).code, '200');
    assert.equal((await c.fetchMarginMode(BTC)).marginMode, 'isolated');
  }, 'with --bare-acks');
  await check('setPositionMode', async () => {
    assert.equal((await c.setPositionMode(false, BTC, { marginMode: 'isolated' })).code, '200');
    // SEPARATED: each order opens a position of its own; an order that closes must name one.
    assert.equal((await c.setPositionMode(true, SOL, { marginMode: 'isolated' })).code, '200');
    assert.equal((await c.fetchPositionMode(SOL)).hedged, true);
    await c.createOrder(SOL, 'market', 'buy', 0.5);
    await c.createOrder(SOL, 'market', 'buy', 0.3);
    const positions = await c.fetchPositions([SOL]);
    assert.deepEqual(positions.map((p) => [p.contracts, p.hedged]), [[0.5, true], [0.3, true]]);
    await refused(
      c.createOrder(SOL, 'market', 'sell', 0.3, undefined, { reduceOnly: true }),
      ccxt.ExchangeError,
      'position id',
    );
    await c.closePosition(SOL);
    assert.deepEqual(await c.fetchPositions([SOL]), []);
  }, 'with --bare-acks');
  await check('addMargin reduceMargin', async () => {
    await c.createOrder(BTC, 'market', 'buy', 0.01);
    const before = await c.fetchPosition(BTC);
    assert.equal(before.marginMode, 'isolated');
    const added = await c.addMargin(BTC, 25, { positionId: before.id });
    assert.deepEqual([added.amount, added.type, added.info.code], [25, 'add', '200']);
    near(Number((await c.fetchPosition(BTC)).info.isolatedMargin), Number(before.info.isolatedMargin) + 25, 1e-9);
    await c.reduceMargin(BTC, 20, { positionId: before.id });
    near(Number((await c.fetchPosition(BTC)).info.isolatedMargin), Number(before.info.isolatedMargin) + 5, 1e-9);
    await refused(c.addMargin(BTC, 1e6, { positionId: before.id }), ccxt.InsufficientFunds, 'amount not enough');
  }, 'with --bare-acks; ccxt reads its status from the missing `msg`');
}

/** Demo trading: an account of its own behind the sim/ paths. */
export async function demoTrading(venue) {
  await check('sandbox', async () => {
    const c = rest(venue.greeting, venue.greeting.more_accounts[1]);
    await c.loadMarkets();
    c.urls.test = c.urls.api;
    c.setSandboxMode(true);
    assert.equal((await c.fetchBalance()).USDT.total, 50000);
    const made = await c.createOrder(XRP, 'market', 'buy', 100);
    const [position] = await c.fetchPositions([XRP]);
    assert.deepEqual([position.symbol, position.side, position.contracts], [XRP, 'long', 100]);
    const [order] = await c.fetchClosedOrders(XRP);
    assert.deepEqual([order.id, order.symbol, order.filled], [made.id, XRP, 100]);
    const real = rest(venue.greeting, venue.greeting.more_accounts[1]);
    assert.deepEqual(await real.fetchPositions(), [], 'the real account knows nothing of it');
  });
}
