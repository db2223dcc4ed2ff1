// ccxt 4.5.84 against the embedded exchange, over TLS. usage: node run.mjs REGIMEGUARD [--table]
// The table of methods in docs/exchange.md is this program's output with --table.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [program, flag] = process.argv.slice(2);

// Node reads further CAs only when it starts: the exchanges start here, their client as a child.
async function parent() {
  const { startExchange } = await import('./venue.mjs');
  const dir = mkdtempSync(join(tmpdir(), `rg-ccxt-${process.pid}-`));
  const common = ['--seed', '11', '--speed', '1800'];
  const venue = await startExchange(program, [...common, '--accounts', '3']);
  const bare = await startExchange(program, [...common, '--bare-acks']);
  const authorities = join(dir, 'ca.pem');
  writeFileSync(authorities, [venue, bare].map((v) => readFileSync(v.greeting.ca_file)).join(''));
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: {
      ...process.env,
      NODE_EXTRA_CA_CERTS: authorities,
      RG_VENUES: JSON.stringify([venue.greeting, bare.greeting]),
    },
  });
  const code = await new Promise((resolve) => child.once('exit', resolve));
  const counts = JSON.parse(await venue.stop());
  await bare.stop();
  rmSync(dir, { recursive: true });
  if (counts.max_requests_per_second > 10 || counts.rejected_429 > 0) {
    console.error(`FAIL limits: ${JSON.stringify(counts)}`);
    return 1;
  }
  return code ?? 1;
}

// Methods of ccxt's that concern spot alone, or are none of the venue's.
const spotOnly = new Map(
  Object.entries({
    fetchCurrencies: 'a spot call, stubbed',
    fetchStatus: 'a spot call, stubbed',
    fetchOrders: 'spot only: ccxt refuses contracts',
    fetchLastPrices: 'spot only: ccxt refuses contracts',
    fetchTransfers: 'spot only: transfers between spot accounts',
    watchBidsAsks: 'spot only: ccxt refuses contracts',
    unWatchBidsAsks: 'spot only: ccxt refuses contracts',
    createMarketOrderWs: 'ccxt offers no such call for this venue',
    spot: 'a market type; this venue has none',
    swap: 'a market type; every test here is one',
  }),
);

async function client() {
  const [documented, bare] = JSON.parse(process.env.RG_VENUES).map((greeting) => ({ greeting }));
  const checks = await import('./checks.mjs');
  const { accountAndOrders, acknowledgedSettings, demoTrading } = await import('./account.mjs');
  const { marketData } = await import('./market.mjs');
  const { streams } = await import('./streams.mjs');
  const { ccxt } = await import('./venue.mjs');
  await Promise.all([
    marketData(documented),
    accountAndOrders(documented),
    streams(documented),
    acknowledgedSettings(documented, bare).then(() => demoTrading(documented)),
  ]);
  const { has } = new ccxt.pro.weex();
  let missing = 0;
  const byResult = new Map();
  for (const name of Object.keys(has).filter((key) => has[key] === true).sort()) {
    const result = checks.methods.get(name) ?? spotOnly.get(name);
    if (result === undefined) {
      missing += 1;
      console.error(`FAIL ${name}: ccxt has it and no check covers it`);
    } else {
      byResult.set(result, [...(byResult.get(result) ?? []), `\`${name}\``]);
    }
  }
  if (flag === '--table') {
    for (const [result, names] of byResult) console.log(`| ${result} | ${names.join(', ')} |`);
  }
  console.log(`${checks.methods.size} methods checked, ${checks.failed()} checks failed, ${missing} uncovered`);
  return checks.failed() + missing > 0 ? 1 : 0;
}

process.exit(await (process.env.RG_VENUES ? client() : parent()));
