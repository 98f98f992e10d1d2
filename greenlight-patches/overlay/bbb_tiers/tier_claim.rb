# frozen_string_literal: true

# Signs the tier of one `create` for the sidecar (JWT, HS256); puts ids into it, never a name or an address.

require 'json'
require 'openssl'

module BbbTiers
  # Written with OpenSSL alone, so that it does not depend on the version of a JWT library in the image.
  module TierClaim
    HEADER = { typ: 'JWT', alg: 'HS256' }.freeze
    ISSUER = 'greenlight'
    AUDIENCE = 'bbb-tiers'
    VALID_SECONDS = 600

    module_function

    # `owner_id`: users.id of the room's owner, `meeting_id`: the meetingID of this create, `now`: a Time. `secret` is used as it stands.
    def sign(tenant:, tier:, owner_id:, meeting_id:, now:, secret:)
      issued_at = now.to_i
      payload = { iss: ISSUER, aud: AUDIENCE, tenant:, tier:, owner: "gl-#{owner_id}", room: meeting_id,
                  iat: issued_at, exp: issued_at + VALID_SECONDS }
      signed = "#{encode(JSON.generate(HEADER))}.#{encode(JSON.generate(payload))}"
      "#{signed}.#{encode(OpenSSL::HMAC.digest('SHA256', secret, signed))}"
    end

    # Base64url without padding (RFC 7515).
    def encode(bytes)
      [bytes].pack('m0').tr('+/', '-_').delete('=')
    end
  end
end
