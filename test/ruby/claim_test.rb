# frozen_string_literal: true

# The signed claim, checked by decoders that share no code with the overlay: one written here, and jsonwebtoken where node is at hand.

require 'open3'
require 'openssl'
require_relative 'test_helper'

class ClaimTest < TierTest
  SECRET = OpenSSL::HMAC.hexdigest('SHA256', 'c' * 32, 'tier-claim:acme')
  ENVIRONMENT = { 'TIER_TENANT' => 'acme', 'TIER_CODE' => 'free', 'TIER_CLAIM_SECRET' => SECRET }.freeze
  REPOSITORY = File.expand_path('../..', __dir__)

  # RFC 7515 and 7519 by hand, from the bytes up.
  def decode(token, secret)
    header, payload, signature = token.split('.', -1)
    assert_equal hmac(secret, "#{header}.#{payload}"), bytes(signature), 'the signature does not fit'
    [header, payload].map { |part| JSON.parse(bytes(part)) }
  end

  # Base64url without padding.
  def bytes(part)
    assert_match(/\A[A-Za-z0-9_-]+\z/, part)
    "#{part}#{'=' * (-part.size % 4)}".gsub('-', '+').gsub('_', '/').unpack1('m0')
  end

  # RFC 2104 with a key of at most one block.
  def hmac(secret, message)
    key = secret.bytes.fill(0, secret.size...64)
    inner, outer = [0x36, 0x5c].map { |pad| key.map { |byte| byte ^ pad }.pack('C*') }
    OpenSSL::Digest::SHA256.digest(outer + OpenSSL::Digest::SHA256.digest(inner + message))
  end

  def test_the_claim_holds_exactly_what_the_sidecar_expects
    boot(ENVIRONMENT)
    owner = user
    options = create_options(room: room(owner))
    header, payload = decode(options[:'meta_tier-claim'], SECRET)
    assert_equal({ 'typ' => 'JWT', 'alg' => 'HS256' }, header)
    assert_equal({ 'iss' => 'greenlight', 'aud' => 'bbb-tiers', 'tenant' => 'acme', 'tier' => 'free', 'owner' => "gl-#{owner.id}",
                   'room' => 'm' * 40, 'iat' => 1_800_000_000, 'exp' => 1_800_000_600 }, payload)
    assert_equal %w[acme free], options.values_at(:'meta_tier-tenant', :'meta_tier-code')
  end

  def test_the_claim_names_the_tier_of_the_owners_role
    boot({ **ENVIRONMENT, 'TIER_POLICY_FILE' => write_policy })
    options = create_options(room: room(user(role: Role.new(name: 'level 3'))))
    assert_equal 'level-3', decode(options[:'meta_tier-claim'], SECRET)[1]['tier']
    assert_equal 'level-3', options[:'meta_tier-code']
  end

  def test_no_name_and_no_address_is_in_it
    boot({ **ENVIRONMENT, 'TIER_TITLE' => 'Free', 'BRAND_NAME' => 'Acme' })
    claim = create_options(room: room(user(email: 'ada@acme.example')))[:'meta_tier-claim']
    refute_match(/ada|Meeting/, decode(claim, SECRET).to_s)
  end

  ENVIRONMENT.each_key do |name|
    define_method("test_without_#{name}_there_is_no_claim") do
      boot({ **ENVIRONMENT.except(name), 'TIER_MAX_PARTICIPANTS' => '5' })
      refute_includes create_options.keys, :'meta_tier-claim'
    end
  end

  def test_jsonwebtoken_accepts_it_and_refuses_another_secret
    library = File.join(REPOSITORY, 'node_modules', 'jsonwebtoken')
    skip 'node or jsonwebtoken is not at hand' unless File.directory?(library) && system('command -v node >/dev/null')
    boot(ENVIRONMENT)
    claim = create_options[:'meta_tier-claim']
    verified, status = verify_in_node(claim, SECRET)
    assert status.success?, verified
    assert_equal({ 'tenant' => 'acme', 'room' => 'm' * 40 }, JSON.parse(verified).slice('tenant', 'room'))
    refute verify_in_node(claim, 'x' * 64)[1].success?
  end

  def verify_in_node(claim, secret)
    script = 'const jwt = require("jsonwebtoken"); const [token, secret, now] = process.argv.slice(1);' \
             'console.log(JSON.stringify(jwt.verify(token, secret, {algorithms: ["HS256"], issuer: "greenlight", ' \
             'audience: "bbb-tiers", clockTimestamp: Number(now)})))'
    Open3.capture2e('node', '-e', script, claim, secret, NOW.to_i.to_s, chdir: REPOSITORY)
  end
end
