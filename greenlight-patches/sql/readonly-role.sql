-- The account with which bbb-tiers reads a Greenlight database: who owns a room, with which role, and how many there are.
-- It sees the columns listed here and no other: no name, no e-mail address, no password digest, no token. It writes nothing and makes nothing.
--
-- To be run in each tenant's database by a superuser, again after an upgrade of Greenlight, as often as one likes:
--   psql -v ON_ERROR_STOP=1 -d greenlight_acme -f greenlight-patches/sql/readonly-role.sql
-- `bbb-tiers tenants apply` does that for every tenant. The account gets no password here; give it one with
--   psql -c '\password bbb_tiers_reader'
-- Columns of tables that are not there yet are left out: Greenlight makes its tables at its first start.

DO $$
BEGIN
  CREATE ROLE bbb_tiers_reader LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS CONNECTION LIMIT 40;
EXCEPTION
  -- Roles belong to the whole server: another tenant's run has made it, perhaps at this very moment.
  WHEN duplicate_object OR unique_violation THEN NULL;
END
$$;

DO $$
DECLARE
  readable record;
  maker record;
BEGIN
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO bbb_tiers_reader', current_database());
  GRANT USAGE ON SCHEMA public TO bbb_tiers_reader;
  -- Whatever was granted before, by whom ever: what follows is everything.
  REVOKE ALL ON ALL TABLES IN SCHEMA public FROM bbb_tiers_reader;
  REVOKE CREATE ON SCHEMA public FROM bbb_tiers_reader;

  -- Up to PostgreSQL 14 everybody may make tables and functions here, so this account too. Those who have a reason to keep the right.
  IF has_schema_privilege('public', 'public', 'CREATE') THEN
    FOR maker IN
      SELECT rolname FROM pg_roles WHERE oid IN (
        SELECT datdba FROM pg_database WHERE datname = current_database()
        UNION SELECT relowner FROM pg_class WHERE relnamespace = 'public'::regnamespace
      )
    LOOP
      EXECUTE format('GRANT CREATE ON SCHEMA public TO %I', maker.rolname);
    END LOOP;
    REVOKE CREATE ON SCHEMA public FROM PUBLIC;
  END IF;

  FOR readable IN
    SELECT c.table_name, c.column_name
    FROM (VALUES
      ('rooms', 'id'), ('rooms', 'user_id'), ('rooms', 'meeting_id'),
      ('users', 'id'), ('users', 'role_id'), ('users', 'provider'), ('users', 'status'),
      ('roles', 'id'), ('roles', 'name'), ('roles', 'provider'),
      ('schema_migrations', 'version')
    ) AS wanted (table_name, column_name)
    JOIN information_schema.columns c
      ON c.table_schema = 'public' AND c.table_name = wanted.table_name AND c.column_name = wanted.column_name
  LOOP
    EXECUTE format('GRANT SELECT (%I) ON public.%I TO bbb_tiers_reader', readable.column_name, readable.table_name);
  END LOOP;
END
$$;
