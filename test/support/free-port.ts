/** Free ports for tests: the service's own finder under the name that tests look for; never a second implementation. */

export { findFreePort } from '../../sidecar/embedded-postgres/free-port';
