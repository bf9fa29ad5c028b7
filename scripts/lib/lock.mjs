/** Lets one process at a time do something. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';

/** Waits for its turn; a lock whose owner no longer runs is taken over. */
export async function withLock(file, print, work) {
  let told = false;
  while (!take(file)) {
    if (!told) print(`waiting for process ${readOwner(file)}, which is installing or building just now`);
    told = true;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    const owner = readOwner(file);
    if (owner !== undefined && !isAlive(owner)) rmSync(file, { force: true });
    return false;
  }
}

function readOwner(file) {
  try {
    return Number(readFileSync(file, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
