/** A world with the admin API at hand: tokens, calls, a crowd; asserts nothing by itself. */
import { issueAdminToken } from '../../../sidecar/admin-token/issue';
import type { AdminRole } from '../../../sidecar/admin-token/token';
import type { Attendee, MeetingView } from '../../bbb-simulator';
import { startWorld, type World, type WorldOptions } from '../../support/world';

export const ADMIN_SECRET = 'admin-secret-for-tests-only-0123456789';
export const HOUR = 3_600_000;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: answers are compared with what is expected of them
  readonly body: any;
}

export interface ApiWorld extends World {
  token(role?: AdminRole, lifeMs?: number): string;
  /** A call with a viewer's token, or with what `init` says. */
  call(path: string, init?: RequestInit): Promise<Answer>;
  /** A POST with an operator's token. */
  post(path: string, init?: RequestInit): Promise<Answer>;
  create(params?: Record<string, string | number | boolean>): MeetingView;
  crowd(meeting: MeetingView, count: number): Attendee[];
}

export async function startApiWorld(options: WorldOptions = {}): Promise<ApiWorld> {
  const world = await startWorld(options);
  const token = (role: AdminRole = 'viewer', lifeMs = HOUR): string =>
    issueAdminToken({ secret: ADMIN_SECRET, role, subject: `a-${role}`, lifeMs, now: world.clock.now() });
  async function send(path: string, init: RequestInit, bearer: string): Promise<Answer> {
    const headers = { authorization: `Bearer ${bearer}`, ...(init.headers as Record<string, string>) };
    const response = await fetch(`${world.app.url}${path}`, { ...init, headers });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson && text !== '' ? JSON.parse(text) : undefined,
    };
  }
  const more = {
    token,
    call: (path: string, init: RequestInit = {}) => send(`/api/v1${path}`, init, token()),
    post: (path: string, init: RequestInit = {}) =>
      send(`/api/v1${path}`, { method: 'POST', ...init }, token('operator')),
    create: (params: Record<string, string | number | boolean> = {}) =>
      world.bbb.create({ meetingID: 'assembly', record: true, ...params }),
    crowd: (meeting: MeetingView, count: number) =>
      Array.from({ length: count }, (_, index) =>
        world.bbb.join(meeting, {
          externalUserId: `u${index + 1}`,
          name: `Person ${index + 1}`,
          role: index === 0 ? 'MODERATOR' : 'VIEWER',
        }),
      ),
  };
  // The world's own members are getters: they must stay so.
  return Object.defineProperties(world, Object.getOwnPropertyDescriptors(more)) as ApiWorld;
}
