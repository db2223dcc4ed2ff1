// The list of ccxt's methods with what became of each, and helpers for values that take a moment.
import assert from 'node:assert/strict';

export const methods = new Map(); // method → 'passes' | 'passes, but …'
let failures = 0;

/** Runs one check that stands for some of ccxt's methods. A failure is told and counted; the others go on. */
export async function check(names, body, remark = '') {
  const listed = names.split(' ');
  try {
    await body();
    for (const name of listed) {
      if (!methods.has(name)) methods.set(name, remark ? `passes (${remark})` : 'passes');
    }
  } catch (error) {
    failures += 1;
    for (const name of listed) methods.set(name, 'FAILS');
    console.error(`FAIL ${names}: ${error.stack}`);
  }
}
export const failed = () => failures;

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Asks until the answer pleases; what the last one was is told when time runs out. */
export async function until(what, ask, pleases, seconds = 15) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (pleases(answer)) return answer;
    assert.ok(Date.now() < end, `${what}: still ${JSON.stringify(answer)?.slice(0, 400)}`);
    await sleep(150);
  }
}

/** What a stream says after `nudge`, which is repeated because a subscription takes a moment to stand. */
export async function heard(stream, nudge, seconds = 10) {
  let answer;
  let error;
  const listening = stream().then(
    (value) => (answer = value),
    (problem) => (error = problem),
  );
  const end = Date.now() + seconds * 1000;
  await sleep(200);
  while (answer === undefined && error === undefined && Date.now() < end) {
    await nudge();
    await Promise.race([listening, sleep(700)]);
  }
  if (error) throw error;
  assert.ok(answer !== undefined, 'the stream stayed silent');
  return answer;
}

/** A number within `part` of another. */
export function near(actual, expected, part, what = '') {
  assert.ok(
    Math.abs(actual - expected) <= Math.abs(expected) * part,
    `${what} ${actual} is not within ${part * 100} % of ${expected}`,
  );
}

/** The error of this class whose text holds `words`. */
export async function refused(promise, Class, words) {
  let error;
  try {
    await promise;
  } catch (problem) {
    error = problem;
  }
  assert.ok(error instanceof Class, `expected ${Class.name}, got ${error}`);
  assert.ok(error.message.includes(words), `"${error.message}" does not say "${words}"`);
}

export { assert };
