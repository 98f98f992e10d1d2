# frozen_string_literal: true

# Stand-ins with the class, method and parameter names of Greenlight v3.8.2 that the overlay hooks; none of Greenlight's code.
# Loaded anew for each test (StandIns.fresh), because a prepended module cannot be taken off a class again.

Role = Struct.new(:name, keyword_init: true)

User = Struct.new(:id, :role, :language, :provider, :status, :email, :external_id, keyword_init: true) do
  extend StandIns::Table

  def self.connection
    StandIns.connection
  end

  # Rails answers a repeated query from its cache inside a request; only here it asks again.
  def self.uncached(&)
    StandIns.uncached(&)
  end

  def rooms
    Room.where(user_id: id)
  end
end

Room = Struct.new(:id, :user_id, :meeting_id, :name, keyword_init: true) do
  extend StandIns::Table

  def user
    User.find(user_id)
  end
end

Invitation = Struct.new(:id, :email, :provider, :updated_at, keyword_init: true) do
  extend StandIns::Table
end

class BigBlueButtonApi
  def initialize(provider:)
    @provider = provider
  end

  def start_meeting(room:, options: {}, presentation_url: nil)
    StandIns.created << { room:, options:, presentation_url: }
    { createTime: 1 }
  end

  def join_meeting(room:, role:, user_id:, name: nil, avatar_url: nil)
    [room, role, user_id, name, avatar_url]
  end
end

class PermissionsChecker
  def initialize(current_user:, permission_names:, current_provider:, user_id: nil, friendly_id: nil, record_id: nil)
    @current_user = current_user
    @permission_names = permission_names
    @current_provider = current_provider
    @user_id = user_id
    @friendly_id = friendly_id
    @record_id = record_id
  end

  def call
    @permission_names == 'RoomLimit' ? authorize_room_limit : StandIns.administrators.include?(@current_user)
  end

  private

  def authorize_room_limit
    StandIns.role_room_limit > User.find(@user_id).rooms.count
  end
end

CurrentUserSerializer = Struct.new(:object) do
  def permissions
    { 'RoomLimit' => StandIns.role_room_limit.to_s, 'CanRecord' => 'true', 'CreateRoom' => 'true' }
  end
end

class SettingGetter
  Setting = Struct.new(:name)
  SiteSetting = Struct.new(:setting, :value, :provider)

  def initialize(setting_name:, provider:)
    @setting_name = setting_name
    @provider = provider
  end

  def call
    transform_value(SiteSetting.new(Setting.new(@setting_name), StandIns.site_settings[@setting_name], @provider))
  end

  private

  def transform_value(site_setting)
    site_setting.value
  end
end

class RoomSettingsGetter
  def initialize(room_id:, provider:, current_user:, settings: [], show_codes: false, only_enabled: false, only_bbb_options: false)
    @room_id = room_id
    @ignored = [provider, current_user, settings, show_codes, only_enabled, only_bbb_options]
  end

  def call
    StandIns.room_settings.dup
  end
end

module ApplicationHelper
  def page_title
    StandIns.page_title
  end
end

class UserMailer
  def branding_done
    branding
  end

  private

  def branding
    :done
  end
end

class ApplicationController
  attr_accessor :current_user, :params, :request
  attr_reader :answer

  def current_provider
    'greenlight'
  end

  def root_path(query = {})
    "/?#{query.map { |pair| pair.join('=') }.join('&')}"
  end

  def create_default_room(user)
    return if user.rooms.count.positive?

    StandIns.before_insert.call
    Room.create!(user_id: user.id, name: 'Home')
  end

  def redirect_to(target)
    @answer = { redirect: target }
  end

  def render(json: nil, status: :ok)
    @answer = { status:, json: }
  end
end

class ExternalController < ApplicationController
  def create_user
    credentials = request.env['omniauth.auth']
    known = credentials && User.find_by(external_id: credentials['uid'], provider: current_provider)
    User.create!(provider: current_provider, external_id: credentials['uid'], status: 'active') if credentials && !known
    redirect_to root_path
  rescue StandardError
    redirect_to root_path(error: 'SignupError')
  end
end

module Api
  module V1
    class ApiController < ApplicationController
      def external_auth?
        StandIns.external_auth
      end

      def render_data(status:, serializer: nil, data: {}, meta: {}, options: {})
        @ignored = [serializer, meta, options]
        render json: { data: }, status:
      end

      def render_error(data: nil, errors: [], status: :bad_request)
        render json: { data:, errors: }.compact, status:
      end
    end

    class UsersController < ApiController
      def create
        return render_error(status: :forbidden) if external_auth?

        StandIns.used_invitations << params.dig(:user, :invite_token)
        StandIns.before_insert.call
        User.create!(provider: current_provider, status: 'active', email: params.dig(:user, :email))
        render_data status: :created
      end
    end

    class RoomsController < ApiController
      def create
        checker = PermissionsChecker.new(current_user:, permission_names: 'RoomLimit', user_id: room_params[:user_id], current_provider:)
        return render_error(errors: 'RoomLimitError') unless checker.call

        StandIns.before_insert.call
        Room.create!(user_id: room_params[:user_id], name: room_params[:name])
        render_data status: :created
      end

      private

      def room_params
        params.fetch(:room).slice(:name, :user_id)
      end
    end

    class LocalesController < ApiController
      def show
        redirect_to "/assets/#{params[:name]}.json"
      end
    end

    module Admin
      class InvitationsController < ApiController
        def create
          StandIns.sent_invitations << params[:invitations][:emails]
          render_data status: :ok
        end
      end

      class UsersController < ApiController
        def update
          User.find(params[:id]).status = params[:user][:status]
          render_data status: :ok
        end
      end

      class SiteSettingsController < ApiController
        def index
          render_data data: StandIns.site_settings.slice(*params[:names]), status: :ok
        end

        def update
          StandIns.site_settings[params[:name]] = params[:site_setting][:value]
          render_data status: :ok
        end

        def purge_branding_image
          StandIns.site_settings.delete('BrandingImage')
          render_data status: :ok
        end
      end
    end
  end
end
