// Market data: every public method of ccxt's that concerns contracts.
import { assert, check, near } from './checks.mjs';
import { rest } from './venue.mjs';

const BTC = 'BTC/USDT:USDT';
const DOGE = 'DOGE/USDT:USDT';
const EIGHT = ['BTC', 'ETH', 'SOL', 'BNB', 'XRP', 'ADA', 'DOGE', 'LTC'].map((b) => `${b}/USDT:USDT`);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

function sane(ticker) {
  assert.ok(ticker.low <= ticker.last && ticker.last <= ticker.high);
  near(ticker.markPrice, ticker.last, 0.01, 'mark');
  near(ticker.indexPrice, ticker.last, 0.01, 'index');
  near(ticker.quoteVolume / ticker.baseVolume, ticker.last, 0.5, 'turnover over volume');
  near(ticker.percentage / 100, ticker.change / ticker.open, 0.02, 'percentage');
}

function rowsAreMinutes(rows, count) {
  assert.equal(rows.length, count);
  rows.forEach(([time, open, high, low, close], i) => {
    assert.equal(time % MINUTE, 0);
    if (i > 0) assert.equal(time - rows[i - 1][0], MINUTE);
    assert.ok(low <= Math.min(open, close) && Math.max(open, close) <= high);
  });
}

export async function marketData(venue) {
  const c = rest(venue.greeting);
  await check('fetchMarkets', async () => {
    await c.loadMarkets();
    assert.deepEqual(Object.keys(c.markets).sort(), [...EIGHT].sort());
    const btc = c.markets[BTC];
    assert.equal(btc.id, 'BTCUSDT');
    assert.ok(btc.swap && btc.linear && btc.contract && btc.active);
    assert.deepEqual([btc.precision.price, btc.precision.amount], [0.1, 0.0001]);
    assert.deepEqual([btc.maker, btc.taker], [0.0002, 0.0008]);
    assert.deepEqual([btc.limits.leverage.max, btc.limits.amount.min, btc.limits.amount.max], [400, 0.0001, 1200]);
    assert.deepEqual([c.markets[DOGE].precision.amount, c.markets[DOGE].precision.price], [100, 0.00001]);
  });
  await check('fetchTime', async () => {
    assert.ok(Math.abs((await c.fetchTime()) - Date.now()) < 5000);
  });

  await check('fetchOrderBook', async () => {
    const book = await c.fetchOrderBook(BTC);
    assert.deepEqual([book.bids.length, book.asks.length], [15, 15]);
    assert.ok(book.bids[0][0] < book.asks[0][0] && book.bids[1][0] < book.bids[0][0] && book.asks[1][0] > book.asks[0][0]);
    assert.ok(book.nonce > 0);
    assert.equal((await c.fetchOrderBook(BTC, 100)).bids.length, 200);
  });
  await check('fetchBidsAsks', async () => {
    const all = await c.fetchBidsAsks(EIGHT);
    assert.equal(Object.keys(all).length, 8);
    assert.ok(all[BTC].bid < all[BTC].ask && all[BTC].bidVolume > 0 && all[BTC].askVolume > 0);
  });
  await check('fetchOHLCV', async () => {
    const rows = await c.fetchOHLCV(BTC, '1m', undefined, 1000);
    rowsAreMinutes(rows, 1000);
    const hours = await c.fetchOHLCV(BTC, '1h', undefined, 3);
    assert.ok(hours.every(([time]) => time % HOUR === 0));
    // History: at most 100 rows, the newest of what lies between the bounds.
    const since = rows[0][0];
    const past = await c.fetchOHLCV(BTC, '1m', since, 100, { historical: true, until: since + 200 * MINUTE });
    rowsAreMinutes(past, 100);
    assert.equal(past.at(-1)[0], since + 200 * MINUTE);
    assert.deepEqual(past.find(([time]) => time === rows[150][0]), rows[150]);
  });
  await check('fetchMarkOHLCV fetchIndexOHLCV', async () => {
    const last = await c.fetchOHLCV(BTC, '1m', undefined, 2);
    const mark = await c.fetchMarkOHLCV(BTC, '1m', undefined, 2);
    const index = await c.fetchIndexOHLCV(BTC, '1m', undefined, 2);
    near(mark[1][4], last[1][4], 0.02, 'mark close');
    near(index[1][4], last[1][4], 0.02, 'index close');
  });
  await check('fetchTrades', async () => {
    const trades = await c.fetchTrades(BTC, undefined, 20);
    assert.equal(trades.length, 20);
    trades.forEach((t) => {
      assert.ok(t.id.length === 36 && ['buy', 'sell'].includes(t.side));
      near(t.cost, t.price * t.amount, 1e-9, 'cost');
    });
  });
  await check('fetchMarkPrice', async () => {
    const mark = await c.fetchMarkPrice(BTC);
    near((await c.fetchMarkPrice(BTC, { priceType: 'INDEX' })).indexPrice, mark.markPrice, 0.02, 'index');
  });
  await check('fetchMarkPrices', async () => {
    const all = await c.fetchMarkPrices();
    assert.equal(Object.keys(all).length, 8);
    near(all[BTC].markPrice, all[BTC].indexPrice, 0.01, 'mark');
  });
  await check('fetchFundingRate fetchFundingRates', async () => {
    const one = await c.fetchFundingRate(BTC);
    assert.ok(Math.abs(one.fundingRate) < 0.01 && Math.abs(one.nextFundingRate) < 0.01);
    assert.equal(one.interval, '8h');
    assert.equal(one.nextFundingTimestamp % (8 * HOUR), 0);
    assert.ok(one.nextFundingTimestamp > one.timestamp && one.nextFundingTimestamp - one.timestamp <= 8 * HOUR);
    assert.equal(Object.keys(await c.fetchFundingRates()).length, 8);
  });
  await check('fetchFundingRateHistory', async () => {
    const rows = await c.fetchFundingRateHistory(BTC, undefined, 3);
    assert.equal(rows.length, 3);
    rows.forEach((row, i) => {
      assert.equal(row.timestamp % (8 * HOUR), 0);
      if (i > 0) assert.equal(row.timestamp - rows[i - 1].timestamp, 8 * HOUR);
      near(Number(row.info.markPrice), 95_000, 0.5, 'mark price at the settlement');
    });
    const [one] = await c.fetchFundingRateHistory(BTC, rows[1].timestamp, undefined, { until: rows[1].timestamp });
    assert.equal(one.fundingRate, rows[1].fundingRate);
  });
  await check('fetchOpenInterest', async () => {
    assert.ok((await c.fetchOpenInterest(BTC)).openInterestAmount > 0);
  });
  // Last: their weight makes ccxt wait seconds before its next call.
  await check('fetchTicker', async () => sane(await c.fetchTicker(BTC)));
  await check('fetchTickers', async () => {
    const all = await c.fetchTickers();
    assert.equal(Object.keys(all).length, 8);
    Object.values(all).forEach(sane);
  });
}
