export const developers = {
  developers: {
    title: 'For developers',
    operation: 'Operation',
    begin:
      'Nothing has been sent yet. Under <go>For developers</go> is the code of a receiver that verifies webhooks, and a test.',
    receiver: {
      title: 'Your receiver',
      hmac: 'Webhooks are signed with a secret that only you and this service know. It was shown once, when it was made. Never put it into code: hand it over when the receiver starts.',
      ed25519:
        'Webhooks are signed with a private key that never leaves this service. Your receiver needs the public key, which is no secret.',
      lost: 'Is it lost? <ask>Make a new one</ask>; the old one signs too for a day.',
      x: 'Public key',
      keyId: 'Key id (kid)',
      keySet: 'All public keys',
      language: 'Programming language',
      whole: 'A whole receiver. Save it as {{file}}.',
      part: 'The part that verifies, as {{file}}. Call it with the body as it came, and names of headers in lower case; answer 2xx, or 401 where it says no.',
      download: 'Download {{file}}',
      code: 'Code of {{file}}',
      install: 'It needs:',
      run: {
        hmac: 'Start it with your secret in place of whsec_…:',
        ed25519: 'Start it:',
      },
      command: 'Command',
      address:
        'It waits at {{url}}: enter that as the URL of this integration while the service runs on the same machine, and send a test.',
      reach:
        'Otherwise your receiver needs an https address that the service can reach. A webhook is delivered when it is answered with a status from 200 to 299.',
    },
    webhook: {
      title: 'What it gets',
      text: 'An example, as “Send test” sends it. It follows the settings of this integration, such as its filter.',
      body: 'Example of a body',
      sent: 'Example of all headers',
      headersTitle: 'What the headers are for',
      schema: 'JSON Schema of the body',
      headers: {
        'webhook-id':
          'Names the content. Remember it and drop what comes under an id that you have handled: a webhook may come twice.',
        'webhook-timestamp':
          'When it was sent, in seconds since 1970. Refuse what is older than five minutes.',
        'webhook-signature':
          'Proves that it comes from here (Standard Webhooks). Two of them, separated by a space, while a secret is being replaced.',
        'x-cpm-update-type': 'Which type of webhook it is.',
        'x-cpm-subscription-id': 'The id of this integration.',
        'x-cpm-change-id': 'Which change it tells of. The journal has the same ids.',
        'x-cpm-sequence':
          'Number of the citizen’s latest change that the body reflects. It never falls: keep the highest, and ignore what is below it.',
        'x-cpm-attempt': 'How often it has been sent by now.',
        'x-cpm-test': 'Only on tests: the body is an example, and nobody in it exists.',
        'content-digest': 'Digest of the body (RFC 9530), which the next one covers.',
        'signature-input':
          'With “signature”: a second signature, over all headers and the URL too (RFC 9421). Optional to verify.',
        'user-agent': 'Name and version of this service, for your logs.',
      },
    },
    replay: {
      title: 'Last deliveries, to send again yourself',
      text: 'Each as a command that sends its last request to a receiver once more, for example on your machine. It holds personal data; credentials read [redacted]. Receivers refuse its signature when it is older than five minutes.',
      none: 'Nothing has been delivered yet.',
      url: 'URL to send to',
      command: 'Command that sends it',
      untried: 'It has not been sent yet.',
      erased: 'Its body is not kept any more.',
    },
    journal: {
      title: 'Latest entries of the journal',
      text: 'What this integration was told of, or would have been, the newest first.',
      none: 'Nothing has been recorded yet since this integration was created.',
      recorded: 'Recorded',
      altered: 'Altered',
      deletion: 'The citizen was deleted',
      notSent: 'Not sent',
      readOn:
        'To read on from here, use after={{cursor}}. Store nextCursor of each answer for the next time.',
      command: 'Command that reads on',
    },
    api: {
      title: 'API',
      id: 'Subscription id',
      endpoint: 'Endpoint',
      update: 'Update a Subscription by ID',
      updateText:
        'For schedules that replace credentials. What waits is tried at once with the new one. The API key needs the scope subscriptions:write.',
      journal: 'Journal: what changed since',
      journalText:
        'For receivers that were away for long. Store nextCursor and send it as “after” the next time. The API key needs the scope deliveries:read.',
      more: 'Make an API key under <keys>API keys</keys>. Everything else is in the <docs>API documentation</docs>; <events>AsyncAPI</events> describes the webhooks for generators.',
    },
    advice: {
      appsScript:
        'Google Apps Script has run, but it always answers with a redirect, and redirects are not followed: it counts as failed and is sent again and again. Put something between that answers 200 itself, such as a small cloud function that calls the script.',
      redirect:
        'Redirects are not followed, since personal data would go to an address that nobody has entered. Enter the address that it leads to (see “location” in the response), for example with https:// or without a slash at the end. A redirect to a login page means that the credentials are missing.',
      badRequest:
        'Your system does not like the content. Compare what it expects with the example under “For developers”; its answer below may say which field.',
      unauthorized:
        'Your system does not accept the credentials, or your receiver does not accept the signature. Check the authentication of this integration, and that the receiver has today’s signing secret and verifies the body as it came.',
      forbidden:
        'Your system knows the credentials but does not allow this, or a firewall refuses it. Check what the key may do, and whether requests from this service are let through.',
      notFound:
        'There is nothing at this path. Check the end of the URL, capital letters and slashes included.',
      methodNotAllowed:
        'Your system takes no POST at this URL. Check the path, and that the receiver handles POST.',
      tooLarge: 'Your system takes only smaller bodies. Raise its limit; webhooks are rarely above 100 KB.',
      mediaType:
        'Your system does not take application/json. Set it to accept JSON, or check whether this URL is meant for another format.',
      tooMany:
        'Your system limits how many requests it takes. Deliveries wait as long as it asks for; “Requests at once” under the advanced settings sends fewer at a time.',
      serverError: 'Your system has failed while it handled the webhook. Its log says why.',
      unavailable:
        'Something before your system answered that it cannot be reached at the moment, or is too slow. Check that it runs.',
      otherStatus:
        'What this status means, the documentation of your system says; its answer below may help.',
      timeout:
        'Your system did not answer in time. Answer first and do the work afterwards, and check that no firewall drops the requests silently.',
      name_not_found: 'This host name does not exist. Check the spelling of the URL.',
      name_server:
        'The name server did not answer. Try again; if it stays so, the network of this service has a problem.',
      connection_refused:
        'Nothing listens at this host and port. Check that the receiver runs and that the port is right. In a container, 127.0.0.1 is the container itself.',
      unreachable:
        'There is no way to this host from here. Check the address, and firewalls or VPNs between.',
      connection_closed:
        'The connection was closed before the answer was complete. Something may have crashed, or a proxy refuses the request; see its log.',
      certificate_expired: 'The certificate of your system has expired. Have it renewed.',
      certificate_of_other_host:
        'The certificate of your system is for another host name. Enter the URL with the name that it is made for, or have one made for this name.',
      certificate_untrusted:
        'The certificate of your system is of an authority that is not known here, or the certificates between are not sent along. Use one of a public authority and install the whole chain; a private authority is set by whoever operates this service.',
      certificate_invalid:
        'The certificate of your system is not valid: not yet, or it was revoked. Have it replaced.',
      client_certificate:
        'Your system asks for a client certificate, or refuses the one it was shown. It is set under the advanced settings.',
      no_tls: 'There is no https at this port. Check the port, or whether it should be http://.',
      tls: 'No secure connection came about. Check that your system offers TLS 1.2 or 1.3 on this port.',
      invalid_answer: 'What came back is no valid HTTP. Check that there is a web server at this port.',
      private_address:
        'The address is a private one, and this service does not send there. Whoever operates it can allow it (CPM_ALLOWED_TARGETS).',
      https_required: 'Only https is allowed here. Enter an https:// URL.',
      no_access_token: 'No access token was to be had. Check token URL, client id and client secret.',
      own_trouble:
        'Nothing was sent: this service has a problem of its own. Whoever operates it should know.',
      other: 'See the error above; the log of your system may say more.',
    },
  },
} as const;
