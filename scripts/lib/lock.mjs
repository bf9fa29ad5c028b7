/**
 * Lets one process at a time do something, in the order in which they came: Lamport's bakery algorithm
 * (https://lamport.azurewebsites.net/pubs/bakery.pdf), with files of a directory in place of shared memory.
 *
 * Each process makes only files of its own, under names that never come again. So what a dead process left may be removed
 * by anybody at any time, and what a living one holds is removed by nobody else. Needs nothing but Node, since it
 * guards the installation of packages.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 200;
/** Drawing a ticket takes no longer than three steps on the disk. */
const DRAWING_POLL_MS = 10;

/** Waits for its turn; a process that no longer runs counts for nothing, whatever it held. */
export async function withLock(directory, print, work) {
  mkdirSync(directory, { recursive: true });
  const mine = drawTicket(directory);
  try {
    await waitForTurn(directory, mine, print);
    return await work();
  } finally {
    remove(directory, mine);
  }
}

/** Takes the number after the highest one. While it looks for that, it says so, and others wait for its number. */
function drawTicket(directory) {
  const drawing = { number: undefined, pid: process.pid, id: randomUUID() };
  write(directory, drawing);
  const highest = Math.max(0, ...livingTickets(directory).map(({ number = 0 }) => number));
  const ticket = { ...drawing, number: highest + 1 };
  write(directory, ticket);
  remove(directory, drawing);
  return ticket;
}

async function waitForTurn(directory, mine, print) {
  let told = false;
  for (;;) {
    if (livingTickets(directory).some(({ number }) => number === undefined)) {
      await sleep(DRAWING_POLL_MS);
      continue;
    }
    // Read anew: who has just drawn a number may have been missed. Who begins to draw from now on gets a higher one.
    const [first] = livingTickets(directory)
      .filter(({ number }) => number !== undefined)
      .sort((a, b) => a.number - b.number || (a.id < b.id ? -1 : 1));
    if (first.id === mine.id) return;
    if (!told) print(`waiting for process ${first.pid}, which is installing or building just now`);
    told = true;
    await sleep(POLL_MS);
  }
}

/** The tickets of processes that run; those of others are removed. */
function livingTickets(directory) {
  return readdirSync(directory)
    .map(parse)
    .filter((ticket) => {
      const alive = isAlive(ticket.pid);
      if (!alive) remove(directory, ticket);
      return alive;
    });
}

const DRAWING = 'drawing';

const nameOf = ({ number = DRAWING, pid, id }) => [number, pid, id].join('.');

function parse(name) {
  const [number, pid, id] = name.split('.');
  return { number: number === DRAWING ? undefined : Number(number), pid: Number(pid), id };
}

const write = (directory, ticket) => writeFileSync(path.join(directory, nameOf(ticket)), '');
const remove = (directory, ticket) => rmSync(path.join(directory, nameOf(ticket)), { force: true });

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
