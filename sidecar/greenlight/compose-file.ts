/** The compose override as data: a Greenlight per tenant, the sidecar, the policy volume; holds no secret, writes nothing. */
import type { Config, Tenant } from '../core/config';
import { greenlightEnvironment, POLICY_DIRECTORY, POLICY_FILE } from './greenlight-environment';
import { allotSlots, REDIS_DATABASES, type Slot } from './slots';
import { databaseName, SIDECAR_SERVICE, serviceName } from './tenant-names';
import { tenantTier } from './tenant-tier';

/** The overlay hooks into this very release: exact, never `v3`. */
export const GREENLIGHT_IMAGE = 'bigbluebutton/greenlight:v3.8.2.4';
/** An idle puma holds 125 MB; the asset build at each start adds a Node process beside Rails. */
const GREENLIGHT_MEMORY = '1g';
const SIDECAR_MEMORY = '512m';
const POLICY_VOLUME = 'tier-policy';
const RAILS_ROOT = '/usr/src/app';

/** What an operator may set in the project's `.env`; compose puts the defaults in. */
const ENV_DIRECTORY = setting('TIERS_ENV_DIR', './env');
const CONFIG_DIRECTORY = setting('TIERS_CONFIG_DIR', './config');
const LISTEN_ON = setting('BBB_TIERS_HOST', '127.0.0.1');
const DATABASE_USER = setting('GREENLIGHT_DATABASE_USER', 'postgres');
const DATABASE_HOST = setting('GREENLIGHT_DATABASE_HOST', 'postgres:5432');
const DATABASE_PORT = setting('GREENLIGHT_POSTGRES_PORT', '5433');
const REDIS_HOST = setting('GREENLIGHT_REDIS_HOST', 'redis:6379');
const LOGGING = { driver: setting('LOGGING_DRIVER', 'journald') };
/** A directory in its place becomes a bind mount: for a sidecar that runs without a container. */
const POLICY_SOURCE = setting('TIER_POLICY_VOLUME', POLICY_VOLUME);

export type ComposeValue =
  | string
  | number
  | boolean
  | null
  | ComposeValue[]
  | { [key: string]: ComposeValue };
export type ComposeFile = { [key: string]: ComposeValue };

/** Keys and values that docker-compose 1.29 and Compose v2 both know. */
export function composeFile(config: Config): ComposeFile {
  const tenants = [...config.tenants.values()];
  const slots = allotSlots(tenants.map(({ id }) => id));
  const services = tenants.map((tenant) => {
    const slot = slots.get(tenant.id) as Slot;
    return [serviceName(tenant.id), greenlight(tenant, slot, config)] as const;
  });
  return {
    services: { ...base(), [SIDECAR_SERVICE]: sidecar(), ...Object.fromEntries(services) },
    volumes: { [POLICY_VOLUME]: null },
  };
}

/** What is laid over the three services of Greenlight's own file. */
function base(): ComposeFile {
  return {
    // For the sidecar, which is on the host's network, and for `bbb-tiers tenants`. 5432 is BBB's own.
    postgres: { ports: [`127.0.0.1:${DATABASE_PORT}:5432`] },
    redis: { command: ['redis-server', '--databases', String(REDIS_DATABASES)] },
    // Stays away unless asked for; a service cannot be taken out of a file by an override that 1.29 reads.
    'greenlight-v3': { profiles: ['stock'] },
  };
}

/** BBB's Redis and its analytics listen on the host's loopback only. */
function sidecar(): ComposeFile {
  const probe =
    "fetch('http://127.0.0.1:' + (process.env.PORT || 3020) + '/healthz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))";
  return {
    build: { context: '.', dockerfile: 'sidecar/Dockerfile' },
    image: SIDECAR_SERVICE,
    restart: 'unless-stopped',
    network_mode: 'host',
    env_file: [`${ENV_DIRECTORY}/${SIDECAR_SERVICE}.env`],
    environment: {
      NODE_ENV: 'production',
      // The image listens everywhere, as a container of its own network has to; on the host's network that would be the world.
      HOST: LISTEN_ON,
      TIERS_CONFIG_DIR: '/config',
      POLICY_FILE,
    },
    volumes: [`${CONFIG_DIRECTORY}:/config:ro`, `${POLICY_SOURCE}:${POLICY_DIRECTORY}`],
    healthcheck: {
      test: ['CMD', 'node', '-e', probe],
      interval: '30s',
      timeout: '5s',
      retries: 3,
      start_period: '30s',
    },
    mem_limit: SIDECAR_MEMORY,
    read_only: true,
    tmpfs: ['/tmp'],
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true'],
    logging: LOGGING,
    depends_on: ['postgres'],
  };
}

function greenlight(tenant: Tenant, slot: Slot, config: Config): ComposeFile {
  const variables = Object.entries(greenlightEnvironment(tenant, tenantTier(config, tenant)));
  return {
    image: GREENLIGHT_IMAGE,
    entrypoint: ['bin/start'],
    restart: 'unless-stopped',
    env_file: [`${ENV_DIRECTORY}/${serviceName(tenant.id)}.env`],
    environment: {
      // The password is PGPASSWORD in the tenant's .env; PostgreSQL's library takes it from there.
      DATABASE_URL: `postgres://${DATABASE_USER}@${DATABASE_HOST}/${databaseName(tenant.id)}`,
      REDIS_URL: `redis://${REDIS_HOST}/${slot.redisDatabase}`,
      // The container is healthy when it can do its own work; mail and BBB are watched once, not once a tenant.
      SMTP_HEALTH_CHECK_DISABLED: 'true',
      BBB_HEALTH_CHECK_DISABLED: 'true',
      ...Object.fromEntries(variables.map(([name, value]) => [name, literal(value)])),
    },
    ports: [`127.0.0.1:${slot.port}:3000`],
    volumes: [
      `./data/greenlight/${tenant.id}/storage:${RAILS_ROOT}/storage`,
      `./greenlight-patches/config/initializers/zz_bbb_tiers.rb:${RAILS_ROOT}/config/initializers/zz_bbb_tiers.rb:ro`,
      `./greenlight-patches/overlay:${RAILS_ROOT}/overlay:ro`,
      `${POLICY_SOURCE}:${POLICY_DIRECTORY}:ro`,
    ],
    healthcheck: {
      test: ['CMD-SHELL', healthProbe(tenant.host)],
      interval: '30s',
      timeout: '20s',
      retries: 5,
      start_period: '5m',
    },
    mem_limit: GREENLIGHT_MEMORY,
    logging: LOGGING,
    depends_on: ['postgres', 'redis'],
  };
}

/**
 * The front page first: Greenlight's health check answers 500 until the process has made its first query, and does not make one.
 * Over plain http the page would only be a redirect, and with URL_HOST set only the tenant's own name is let in.
 */
function healthProbe(host: string): string {
  const get = `wget -q -O /dev/null --header 'Host: ${host}' --header 'X-Forwarded-Proto: https' http://127.0.0.1:3000`;
  return `${get}/ && ${get}/health_check`;
}

/** A variable of compose's, with its default. */
function setting(name: string, fallback: string): string {
  return `\${${name}:-${fallback}}`;
}

/** `$` begins a variable in a compose file, twice it stands for itself. */
function literal(value: string): string {
  return value.replaceAll('$', '$$$$');
}
