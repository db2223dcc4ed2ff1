// The embedded exchange as a child process, and ccxt's classes pointed at it.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import ccxt from 'ccxt';

/** Starts `regimeguard exchange`; resolves with the greeting and a way to end it. */
export function startExchange(program, args) {
  const child = spawn(program, ['exchange', '--port', '0', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let counts = '';
  child.stderr.on('data', (chunk) => (counts += chunk));
  const stop = () =>
    new Promise((resolve) => {
      child.once('exit', () => resolve(counts));
      child.kill('SIGTERM');
    });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`exchange ended with ${code}: ${counts}`)));
    createInterface({ input: child.stdout }).once('line', (line) => {
      resolve({ greeting: JSON.parse(line), stop });
    });
  });
}

// ccxt tells the contract socket by the word "contract" in its address, so the word goes where an
// address may carry any: into the user part, which no server here looks at.
const marked = (url) => url.replace('://', '://contract@');

/** A client with nothing overridden but addresses and the spot calls that loadMarkets and fetchStatus make. */
export function connect(Class, greeting, credentials = greeting.credentials) {
  const client = new Class({
    apiKey: credentials.api_key,
    secret: credentials.secret_key,
    password: credentials.passphrase,
    options: { defaultType: 'swap' },
  });
  for (const name of ['public', 'private', 'contract', 'contractPrivate']) {
    client.urls.api[name] = greeting.rest_url;
  }
  if (client.urls.api.ws) {
    client.urls.api.ws.contract = marked(greeting.ws_v3_public_url).replace('/public', '');
  }
  client.publicGetApiV3ExchangeInfo = async () => ({ symbols: [] }); // spot: no such markets here
  client.publicGetApiV3Coins = async () => [];
  client.publicGetApiV3Ping = async () => ({});
  return client;
}

export const rest = (greeting, credentials) => connect(ccxt.weex, greeting, credentials);
export const pro = (greeting, credentials) => connect(ccxt.pro.weex, greeting, credentials);
export { ccxt };
