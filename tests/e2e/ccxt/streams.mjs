// Websockets: every watch and unwatch method of ccxt.pro's that concerns contracts.
import { assert, check, heard, near, until } from './checks.mjs';
import { pro } from './venue.mjs';

const BTC = 'BTC/USDT:USDT';
const ETH = 'ETH/USDT:USDT';
const SOL = 'SOL/USDT:USDT';
const MINUTE = 60_000;

async function publicStreams(c) {
  await check('watchTicker watchTickers unWatchTicker unWatchTickers', async () => {
    const ticker = await c.watchTicker(BTC);
    assert.ok(ticker.low <= ticker.last && ticker.last <= ticker.high);
    near(ticker.markPrice, ticker.last, 0.01, 'mark');
    const later = await until('a later ticker', () => c.watchTicker(BTC), (t) => t.timestamp > ticker.timestamp);
    near(later.vwap, later.quoteVolume / later.baseVolume, 0.01, 'average');
    const some = await c.watchTickers([ETH, SOL]);
    assert.ok([ETH, SOL].includes(Object.keys(some)[0]));
    await c.unWatchTickers([ETH, SOL]);
    await c.unWatchTicker(BTC);
  });
  await check('watchOrderBook watchOrderBookForSymbols unWatchOrderBook unWatchOrderBookForSymbols', async () => {
    let book = await c.watchOrderBook(BTC);
    assert.ok(book.bids.length === 200 && book.asks.length === 200);
    const first = book.nonce;
    for (let i = 0; i < 8; ++i) {
      book = await c.watchOrderBook(BTC); // increments on the snapshot: the book must stay a book
      assert.ok(book.bids[0][0] < book.asks[0][0], 'bid below ask');
    }
    assert.ok(book.nonce > first && book.bids.length >= 150);
    const shown = (await c.fetchOrderBook(BTC)).bids[0][0];
    near(book.bids[0][0], shown, 0.02, 'streamed and asked bid');
    const two = await c.watchOrderBookForSymbols([ETH, SOL]);
    assert.ok([ETH, SOL].includes(two.symbol));
    await c.unWatchOrderBookForSymbols([ETH, SOL]);
    await c.unWatchOrderBook(BTC);
  });
  await check('watchTrades watchTradesForSymbols unWatchTrades unWatchTradesForSymbols', async () => {
    const trades = await c.watchTrades(BTC);
    assert.ok(trades.length > 0);
    trades.forEach((t) => {
      assert.ok(t.symbol === BTC && t.id.length === 36 && ['buy', 'sell'].includes(t.side));
      near(t.cost, t.price * t.amount, 1e-9, 'cost');
    });
    const more = await c.watchTradesForSymbols([ETH, SOL]);
    assert.ok([ETH, SOL].includes(more[0].symbol));
    await c.unWatchTradesForSymbols([ETH, SOL]);
    await c.unWatchTrades(BTC);
  });
  await check('watchOHLCV watchOHLCVForSymbols unWatchOHLCV unWatchOHLCVForSymbols', async () => {
    await c.watchOHLCV(BTC, '1m');
    await until('a new minute', () => c.watchOHLCV(BTC, '1m'), () => c.ohlcvs[BTC]['1m'].length >= 12);
    const rows = c.ohlcvs[BTC]['1m'];
    rows.forEach(([time], i) => assert.ok(i === 0 || time - rows[i - 1][0] === MINUTE, 'no minute is missing'));
    const asked = await c.fetchOHLCV(BTC, '1m', undefined, 200);
    assert.deepEqual([...rows[2]], asked.find(([time]) => time === rows[2][0]), 'the closed row as REST has it');
    const two = await c.watchOHLCVForSymbols([[ETH, '5m'], [SOL, '1h']]);
    assert.ok([ETH, SOL].includes(Object.keys(two)[0]));
    await c.unWatchOHLCVForSymbols([[ETH, '5m'], [SOL, '1h']]);
    await c.unWatchOHLCV(BTC, '1m');
  });
}

async function privateStreams(c) {
  const buy = () => c.createOrder(ETH, 'market', 'buy', 0.05);
  await check('watchOrders unWatchOrders', async () => {
    const orders = await heard(() => c.watchOrders(ETH), buy);
    assert.ok(orders.length > 0 && orders.every((o) => o.symbol === ETH && o.side === 'buy' && o.amount === 0.05));
    const { id } = await c.createOrder(ETH, 'limit', 'buy', 0.05, 1000, { clientOrderId: 'ccxt-ws-1' });
    const stands = await until('the resting order', () => c.orders, (all) => all.some((o) => o.id === id && o.status === 'open'));
    const shown = stands.find((o) => o.id === id);
    assert.deepEqual([shown.clientOrderId, shown.price, shown.type], ['ccxt-ws-1', 1000, 'limit']);
    await c.cancelOrder(id, ETH);
    await until('its cancel', () => c.orders, (all) => all.some((o) => o.id === id && o.status === 'canceled'));
    await until('the filled ones', () => c.orders, (all) => all.some((o) => o.status === 'closed' && o.fee.cost > 0));
    await c.unWatchOrders();
  });
  await check('watchMyTrades unWatchMyTrades', async () => {
    const [trade] = await heard(() => c.watchMyTrades(ETH), buy);
    assert.deepEqual([trade.symbol, trade.side, trade.takerOrMaker, trade.fee.currency], [ETH, 'buy', 'taker', 'USDT']);
    near(trade.fee.cost, trade.cost * 0.0008, 1e-6, 'fee');
    const asked = await c.fetchOrderTrades(trade.order, ETH);
    assert.ok(asked.some((t) => t.id === trade.id && t.amount === trade.amount));
    await c.unWatchMyTrades();
  });
  await check('watchPositions unWatchPositions', async () => {
    const before = { ...(await c.watchPositions([ETH]))[0] }; // the snapshot; ccxt updates its rows in place
    const [after] = await heard(() => c.watchPositions([ETH]), buy);
    assert.deepEqual([after.symbol, after.side, after.id], [ETH, 'long', before.id]);
    assert.ok(after.contracts > before.contracts);
    near(after.entryPrice, before.entryPrice, 0.2, 'entry');
    await c.unWatchPositions();
  });
  await check('watchBalance', async () => {
    const { USDT } = await heard(() => c.watchBalance(), buy);
    near(USDT.total, (await c.fetchBalance()).USDT.total, 0.05, 'streamed and asked balance');
    assert.ok(USDT.free < 10000 && USDT.free > 9000);
  });
}

export async function streams(venue) {
  const open = pro(venue.greeting);
  const own = pro(venue.greeting, venue.greeting.more_accounts[0]);
  try {
    await Promise.all([open.loadMarkets(), own.loadMarkets()]);
    await Promise.all([publicStreams(open), privateStreams(own)]);
  } finally {
    await Promise.all([open.close(), own.close()]);
  }
}
