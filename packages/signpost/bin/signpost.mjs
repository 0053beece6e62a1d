#!/usr/bin/env node
/** @file The command `signpost`. */
import { runCommand } from '../lib/command.mjs';

process.exitCode = await runCommand(process.argv.slice(2));
