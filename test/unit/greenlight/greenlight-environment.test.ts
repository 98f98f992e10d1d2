/** The variables of a tenant's container: by name, in the words that the overlay reads, and none of them a secret. */
import { greenlightEnvironment } from '../../../sidecar/greenlight/greenlight-environment';
import { aTenant, aTier } from '../../support/builders';

const BRANDING = {
  name: 'Acme',
  logo_url: 'https://acme.example/logo.svg',
  primary_color: '#0a7d55',
  primary_color_light: '#e4f4ee',
  banner_text: 'Hello',
  terms_url: 'https://acme.example/terms',
  privacy_url: 'https://acme.example/privacy',
  help_url: 'https://acme.example/help',
};

it('says the tier in numbers and words', () => {
  expect(greenlightEnvironment(aTenant(), aTier({ accounts: 'unlimited' }))).toEqual({
    TIER_TENANT: 'demo',
    TIER_CODE: 'free',
    TIER_TITLE: 'Free',
    TIER_ACCOUNTS: 'unlimited',
    TIER_ROOMS_PER_ACCOUNT: '1',
    TIER_MEETING_DURATION_MINUTES: '60',
    TIER_MAX_PARTICIPANTS: '10',
    TIER_RECORDING: 'false',
    TIER_POLICY_FILE: '/policy/policy.json',
  });
});

it('says the brand where the tier has branding', () => {
  expect(greenlightEnvironment(aTenant({ branding: BRANDING }), aTier({ branding: true }))).toMatchObject({
    BRAND_NAME: 'Acme',
    BRAND_LOGO_URL: 'https://acme.example/logo.svg',
    BRAND_PRIMARY_COLOR: '#0a7d55',
    BRAND_PRIMARY_COLOR_LIGHT: '#e4f4ee',
    BRAND_BANNER_TEXT: 'Hello',
    BRAND_TERMS_URL: 'https://acme.example/terms',
    BRAND_PRIVACY_URL: 'https://acme.example/privacy',
    BRAND_HELP_URL: 'https://acme.example/help',
  });
});

it.each([
  ['a tier without branding', aTenant({ branding: BRANDING }), aTier({ branding: false })],
  ['a tenant without branding', aTenant(), aTier({ branding: true })],
])('says nothing of a brand for %s', (_, tenant, tier) => {
  const names = Object.keys(greenlightEnvironment(tenant, tier));
  expect(names.filter((name) => name.startsWith('BRAND_'))).toEqual([]);
});

it('leaves out what the branding leaves out', () => {
  const environment = greenlightEnvironment(
    aTenant({ branding: { name: 'Acme' } }),
    aTier({ branding: true }),
  );
  expect(Object.keys(environment).filter((name) => name.startsWith('BRAND_'))).toEqual(['BRAND_NAME']);
});

it('says the sender of mail whatever the tier: Greenlight needs one', () => {
  const full = greenlightEnvironment(
    aTenant({ email: { from: 'meet@acme.example', name: 'Acme' } }),
    aTier(),
  );
  expect(full).toMatchObject({ SMTP_SENDER_EMAIL: 'meet@acme.example', SMTP_SENDER_NAME: 'Acme' });
  const short = greenlightEnvironment(aTenant({ email: { from: 'meet@acme.example' } }), aTier());
  expect(short).not.toHaveProperty('SMTP_SENDER_NAME');
});

it('turns what is no text into one: an environment is bytes', () => {
  const environment = greenlightEnvironment(aTenant(), aTier({ title: 'half \ud83c a pair' }));
  expect(environment.TIER_TITLE).toBe('half \ufffd a pair');
});
