/** The program that starts the embedded server and then does nothing, waiting to be killed. */

import { compileProgram } from '../../support/separate-process';

/** What it prints: the server's place, or why there is none. */
export interface Started {
  databaseUrl: string;
  pid: number;
  directory: string;
  error?: string;
}

/** Its argument holds the options of `startEmbeddedPostgres`. `name` sets the file apart from that of another test. */
export function compileStarter(name: string): string {
  return compileProgram(
    name,
    `import { startEmbeddedPostgres } from './sidecar/embedded-postgres/server';
     const log = { info() {}, warn() {}, error() {} };
     startEmbeddedPostgres({ log, ...JSON.parse(process.argv[2]) }).then(
       ({ databaseUrl, pid, directory }) => console.log(JSON.stringify({ databaseUrl, pid, directory })),
       (error) => { console.log(JSON.stringify({ error: error.message })); process.exit(1); },
     );
     setInterval(() => {}, 60_000);`,
  );
}
