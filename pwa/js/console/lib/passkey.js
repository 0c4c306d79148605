// @ts-check
/** Uses and registers passkeys: every `<div data-passkey="use|new">` with a button on sign-in and account pages. */

const token = /** @type {HTMLMetaElement} */ (document.querySelector('meta[name=csrf]')).content;

/**
 * @param {string} path below /console/api/passkey
 * @param {unknown} [body]
 * @returns {Promise<any>}
 */
async function post(path, body) {
  const answer = await fetch(`/console/api/passkey${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json', 'X-CSRF-Token': token },
    body: JSON.stringify(body ?? {}),
    signal: AbortSignal.timeout(10_000),
  });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

/** @param {string} text base64url */
const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (sign) => sign.charCodeAt(0));

/** @param {ArrayBuffer} buffer */
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

/** @param {any} list credentials as JSON */
const credentials = (list) => (list ?? []).map((/** @type {any} */ item) => ({ ...item, id: bytes(item.id) }));

/** Register a passkey of this device. */
async function register() {
  const options = await post('/new/options');
  const made = /** @type {PublicKeyCredential} */ (
    await navigator.credentials.create({
      publicKey: {
        ...options,
        challenge: bytes(options.challenge),
        user: { ...options.user, id: bytes(options.user.id) },
        excludeCredentials: credentials(options.excludeCredentials),
      },
    })
  );
  const reply = /** @type {AuthenticatorAttestationResponse} */ (made.response);
  return post('/new', {
    id: made.id,
    rawId: text(made.rawId),
    type: made.type,
    response: { clientDataJSON: text(reply.clientDataJSON), attestationObject: text(reply.attestationObject) },
  });
}

/** Sign in with a registered passkey. */
async function use() {
  const options = await post('/options');
  const given = /** @type {PublicKeyCredential} */ (
    await navigator.credentials.get({
      publicKey: {
        ...options,
        challenge: bytes(options.challenge),
        allowCredentials: credentials(options.allowCredentials),
      },
    })
  );
  const reply = /** @type {AuthenticatorAssertionResponse} */ (given.response);
  return post('', {
    id: given.id,
    rawId: text(given.rawId),
    type: given.type,
    response: {
      clientDataJSON: text(reply.clientDataJSON),
      authenticatorData: text(reply.authenticatorData),
      signature: text(reply.signature),
      userHandle: reply.userHandle ? text(reply.userHandle) : null,
    },
  });
}

/** Passkeys are bound to a host name: an IP address cannot have them. */
const able = 'PublicKeyCredential' in globalThis && !/^[\d.:[\]]+$/.test(location.hostname);

for (const box of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-passkey]'))) {
  const button = /** @type {HTMLButtonElement} */ (box.querySelector('button'));
  const status = /** @type {HTMLElement} */ (box.querySelector('.alert-line'));
  const isNew = box.dataset.passkey === 'new';
  if (able) {
    box.hidden = false;
    button.disabled = false;
  } else if (!isNew) {
    status.textContent = box.dataset.unable ?? '';
    status.hidden = false;
  }
  button.addEventListener('click', async () => {
    button.disabled = status.hidden = true;
    try {
      await (isNew ? register() : use());
      location.replace(box.dataset.next ?? '/console');
    } catch {
      status.textContent = box.dataset.fault ?? '';
      status.hidden = button.disabled = false;
      button.focus();
    }
  });
}
