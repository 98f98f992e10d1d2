/** Runs `bbb-tiers tenants …` in this process, with a config of its own and a given environment. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { registerTenants } from '../../../sidecar/cli/commands/tenants';
import { TIERS } from '../../unit/config/valid-files';

export interface Run {
  readonly out: string;
  readonly err: string;
  readonly code: number | undefined;
}

export interface TenantsCommand {
  /** The directory with the config, which is also a place for other files. */
  readonly dir: string;
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Run>;
  remove(): void;
}

/** A config with these tenants, all on the tier `free`. */
export function tenantsCommand(tenantIds: readonly string[]): TenantsCommand {
  const dir = mkdtempSync(join(tmpdir(), 'bbb-tiers-tenants-'));
  const tenants = tenantIds.map((id) => `  ${id}: {host: ${id}.meet.example, tier: free}\n`);
  writeFileSync(join(dir, 'tiers.yml'), TIERS);
  writeFileSync(
    join(dir, 'tenants.yml'),
    `version: 1\ntenants:${tenants.length === 0 ? ' {}\n' : `\n${tenants.join('')}`}`,
  );
  return {
    dir,
    async run(args, env = {}) {
      let [out, err] = ['', ''];
      let code: number | undefined;
      const program = new Command('bbb-tiers').exitOverride();
      registerTenants(program, {
        stdout: {
          write(text) {
            out += text;
          },
        },
        stderr: {
          write(text) {
            err += text;
          },
        },
        isTTY: false,
        env: { TIERS_CONFIG_DIR: dir, ...env },
        setExitCode(value) {
          code = value;
        },
      });
      await program.parseAsync(['tenants', ...args], { from: 'user' });
      return { out, err, code };
    },
    remove: () => rmSync(dir, { recursive: true }),
  };
}
