/** Tiers, tenants, configuration and readiness as they run, and the reload of the files; checks no file itself. */
import { defineOperation, type Operation } from '../operation';
import * as schemas from '../schemas';
import { tenantView, tiersView } from '../views';
import { type OperationDeps, READ } from './deps';

export function configOperations(deps: OperationDeps): readonly Operation[] {
  const { config, live } = deps;
  return [
    defineOperation({
      ...READ,
      id: 'listTiers',
      path: '/tiers',
      summary: 'The tiers as they are enforced.',
      answer: schemas.tiers,
      errors: [],
      run: () => tiersView(config.current()),
    }),
    defineOperation({
      ...READ,
      id: 'listTenants',
      path: '/tenants',
      summary: 'The tenants and how many meetings each of them has running.',
      answer: schemas.tenants,
      errors: [],
      run() {
        const counts = live.countByTenant();
        const tenants = [...config.current().tenants.values()];
        return { items: tenants.map((tenant) => tenantView(tenant, counts.get(tenant.id) ?? 0)) };
      },
    }),
    defineOperation({
      ...READ,
      id: 'getConfig',
      path: '/config',
      summary: 'Which configuration runs, and what is wrong with the files as they are now.',
      answer: schemas.configState,
      errors: [],
      run: deps.configNow,
    }),
    defineOperation({
      ...READ,
      id: 'getReadiness',
      path: '/readiness',
      summary: 'Each dependency by name, as in /readyz.',
      answer: schemas.readiness,
      errors: [],
      run: deps.readinessNow,
    }),
    defineOperation({
      ...READ,
      id: 'reload',
      method: 'post',
      path: '/reload',
      summary: 'Reads the files now. With problems in the answer the last good configuration stays.',
      role: 'operator',
      answer: schemas.configState,
      errors: [],
      run() {
        config.reloadNow();
        return deps.configNow();
      },
    }),
  ];
}
