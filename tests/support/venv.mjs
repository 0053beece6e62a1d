/** @file Python packages, each list in its own virtual environment. */
import { python } from '../../scripts/setup.mjs';
import { need } from '../needs.mjs';

/**
 * @param {'ministack' | 'juicefs' | 'boto3' | 'awscli' | 'pyjwt' | 'requests' | 'standardwebhooks' | 'schemathesis' | 'redbot'} name
 * @returns {Promise<string>} the directory of its executables
 */
export async function venv(name) {
  await need(name);
  return python(name);
}
