/** Which variables the operator has to supply for each container, with how to come by them; contains no secret. */
import type { Tenant } from '../core/config';
import { type EnvEntry, envFile } from './env-file';

/** What can be filled in for a tenant; anything missing stays for the operator. */
export interface TenantSecrets {
  readonly secretKeyBase?: string;
  readonly claimSecret?: string;
  readonly endpoint?: string;
  readonly bbbSecret?: string;
}

/** `env/tenant-<id>.env`: read into the tenant's container, on top of what the compose file says. */
export function tenantEnvFile(tenant: Tenant, comment: string, secrets: TenantSecrets = {}): string {
  return envFile(comment, [...tenantEntries(tenant, secrets), ...mailEntries(tenant)]);
}

function tenantEntries({ id }: Tenant, secrets: TenantSecrets): readonly EnvEntry[] {
  return [
    {
      name: 'SECRET_KEY_BASE',
      about: `Signs sessions; another one for each tenant, and never changed:  openssl rand -hex 64`,
      value: secrets.secretKeyBase,
    },
    {
      name: 'TIER_CLAIM_SECRET',
      about: `Signs the tier of each meeting; follows from the sidecar's CLAIM_SECRET:\nnpx bbb-tiers tenants env ${id}  prints this file with it filled in.`,
      value: secrets.claimSecret,
    },
    {
      name: 'BIGBLUEBUTTON_ENDPOINT',
      about:
        'As browsers reach it, e.g. https://bbb.example.org/bigbluebutton (bbb-conf --secret shows both).',
      value: secrets.endpoint,
    },
    { name: 'BIGBLUEBUTTON_SECRET', about: "BBB's shared secret.", value: secrets.bbbSecret },
    {
      name: 'PGPASSWORD',
      about:
        'Password of the database account in the compose file (GREENLIGHT_DATABASE_USER, postgres unless set).',
    },
  ];
}

function mailEntries({ email }: Tenant): readonly EnvEntry[] {
  const sender =
    email === undefined ? 'SMTP_SENDER_EMAIL is then needed too.' : `Its sender is ${email.from}.`;
  return [
    {
      name: 'SMTP_SERVER',
      about: `Greenlight sends mail once this is set. ${sender}`,
      optional: true,
    },
    { name: 'SMTP_PORT', about: 'Needed with SMTP_SERVER, as is SMTP_DOMAIN.', optional: true },
    { name: 'SMTP_DOMAIN', about: 'The name with which it greets the mail server.', optional: true },
    { name: 'SMTP_USERNAME', about: 'Where the mail server asks for it.', optional: true },
    { name: 'SMTP_PASSWORD', about: 'Where the mail server asks for it.', optional: true },
    { name: 'SMTP_AUTH', about: 'plain, login or cram_md5.', optional: true },
    ...(email === undefined
      ? [{ name: 'SMTP_SENDER_EMAIL', about: 'The sender; tenants.yml may say it instead.', optional: true }]
      : []),
  ];
}

/** `env/bbb-tiers.env`: read into the sidecar's container, which is on the host's network. */
export function sidecarEnvFile(comment: string): string {
  return envFile(comment, [
    { name: 'REDIS_URL', about: "BBB's own Redis.", value: 'redis://127.0.0.1:6379' },
    { name: 'BBB_URL', about: 'E.g. https://bbb.example.org/bigbluebutton (bbb-conf --secret).' },
    { name: 'BBB_SECRET', about: "BBB's shared secret (bbb-conf --secret)." },
    {
      name: 'DATABASE_URL',
      about: "The service's own database, e.g. postgres://bbb_tiers:PASSWORD@127.0.0.1:5433/bbb_tiers",
    },
    { name: 'ADMIN_JWT_SECRET', about: 'At least 32 bytes:  openssl rand -hex 32' },
    {
      name: 'CLAIM_SECRET',
      about: "At least 32 bytes:  openssl rand -hex 32  (each tenant's TIER_CLAIM_SECRET follows from it)",
    },
    {
      name: 'GREENLIGHT_DATABASE_URL',
      about:
        "Read-only access to the tenants' databases, with {database} for the name of each:\npostgres://bbb_tiers_reader:PASSWORD@127.0.0.1:5433/{database}",
      optional: true,
    },
    {
      name: 'PUBLIC_URL',
      about: 'Where bbb-webhooks reaches the service, e.g. https://bbb.example.org/bbb-tiers',
      optional: true,
    },
  ]);
}
