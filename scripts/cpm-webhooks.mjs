#!/usr/bin/env node
/** `npx cpm-webhooks …`: makes sure that it is built, then runs it. */
import { main } from './lib/main.mjs';

process.exitCode = await main('cli', process.argv.slice(2));
