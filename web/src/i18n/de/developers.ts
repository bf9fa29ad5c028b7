export const developers = {
  developers: {
    title: 'Für Entwickler',
    operation: 'Betrieb',
    begin:
      'Bisher wurde nichts gesendet. Unter <go>Für Entwickler</go> stehen der Code eines Empfängers, der Webhooks prüft, und ein Test.',
    receiver: {
      title: 'Ihr Empfänger',
      hmac: 'Webhooks werden mit einem Geheimnis signiert, das nur Sie und dieser Dienst kennen. Es wurde einmal gezeigt, als es erzeugt wurde. Schreiben Sie es nie in den Code, sondern übergeben Sie es beim Start.',
      ed25519:
        'Webhooks werden mit einem privaten Schlüssel signiert, der diesen Dienst nie verlässt. Ihr Empfänger braucht den öffentlichen Schlüssel; er ist kein Geheimnis.',
      lost: 'Verloren? <ask>Ein neues erzeugen</ask>; das alte signiert noch einen Tag lang mit.',
      x: 'Öffentlicher Schlüssel',
      keyId: 'Schlüssel-ID (kid)',
      keySet: 'Alle öffentlichen Schlüssel',
      language: 'Programmiersprache',
      whole: 'Ein ganzer Empfänger. Speichern Sie ihn als {{file}}.',
      part: 'Der Teil, der prüft, als {{file}}. Übergeben Sie ihm den Body, wie er ankam, und die Namen der Header in Kleinbuchstaben; antworten Sie mit 2xx, oder mit 401, wenn er nein sagt.',
      download: '{{file}} herunterladen',
      code: 'Code von {{file}}',
      install: 'Er braucht:',
      run: {
        hmac: 'Starten Sie ihn mit Ihrem Geheimnis anstelle von whsec_…:',
        ed25519: 'Starten Sie ihn:',
      },
      command: 'Befehl',
      address:
        'Er wartet unter {{url}}: Tragen Sie das als URL dieser Integration ein, solange der Dienst auf demselben Rechner läuft, und senden Sie einen Test.',
      reach:
        'Sonst braucht Ihr Empfänger eine https-Adresse, die der Dienst erreicht. Ein Webhook ist zugestellt, wenn er mit einem Status von 200 bis 299 beantwortet wird.',
    },
    webhook: {
      title: 'Was er bekommt',
      text: 'Ein Beispiel, wie „Test senden“ es sendet. Es folgt den Einstellungen dieser Integration, etwa ihrem Filter.',
      body: 'Beispiel eines Bodys',
      sent: 'Beispiel aller Header',
      headersTitle: 'Wozu die Header da sind',
      schema: 'JSON Schema des Bodys',
      headers: {
        'webhook-id':
          'Benennt den Inhalt. Merken Sie sich die ID und verwerfen Sie, was unter einer schon verarbeiteten kommt: Ein Webhook kann zweimal kommen.',
        'webhook-timestamp':
          'Wann er gesendet wurde, in Sekunden seit 1970. Lehnen Sie ab, was älter als fünf Minuten ist.',
        'webhook-signature':
          'Beweist, dass er von hier kommt (Standard Webhooks). Zwei, durch ein Leerzeichen getrennt, solange ein Geheimnis abgelöst wird.',
        'x-cpm-update-type': 'Welcher Typ von Webhook es ist.',
        'x-cpm-subscription-id': 'Die ID dieser Integration.',
        'x-cpm-change-id': 'Von welcher Änderung er berichtet. Das Journal hat dieselben IDs.',
        'x-cpm-sequence':
          'Nummer der letzten Änderung der Person, die der Body wiedergibt. Sie sinkt nie: Behalten Sie die höchste und übergehen Sie, was darunter liegt.',
        'x-cpm-attempt': 'Wie oft er bisher gesendet wurde.',
        'x-cpm-test': 'Nur bei Tests: Der Body ist ein Beispiel, und niemand darin existiert.',
        'content-digest': 'Prüfsumme des Bodys (RFC 9530); die folgende Signatur deckt sie ab.',
        'signature-input':
          'Mit „signature“: eine zweite Signatur, auch über alle Header und die URL (RFC 9421). Sie zu prüfen ist freigestellt.',
        'user-agent': 'Name und Version dieses Dienstes, für Ihre Logs.',
      },
    },
    replay: {
      title: 'Letzte Zustellungen, zum Selbst-Senden',
      text: 'Jede als Befehl, der ihre letzte Anfrage noch einmal an einen Empfänger sendet, etwa auf Ihrem Rechner. Er enthält personenbezogene Daten; an der Stelle von Zugangsdaten steht [redacted]. Empfänger lehnen seine Signatur ab, wenn sie älter als fünf Minuten ist.',
      none: 'Bisher wurde nichts zugestellt.',
      url: 'URL, an die gesendet wird',
      command: 'Befehl, der sie sendet',
      untried: 'Sie wurde noch nicht gesendet.',
      erased: 'Ihr Body wird nicht mehr aufbewahrt.',
    },
    journal: {
      title: 'Letzte Einträge des Journals',
      text: 'Was diese Integration erfahren hat oder erfahren hätte, das Neueste zuerst.',
      none: 'Seit diese Integration angelegt wurde, ist noch nichts aufgezeichnet worden.',
      recorded: 'Aufgezeichnet',
      altered: 'Geändert',
      deletion: 'Die Person wurde gelöscht',
      notSent: 'Nicht gesendet',
      readOn:
        'Von hier an lesen Sie mit after={{cursor}} weiter. Speichern Sie nextCursor jeder Antwort für das nächste Mal.',
      command: 'Befehl, der weiterliest',
    },
    api: {
      title: 'API',
      id: 'Subscription-ID',
      endpoint: 'Endpunkt',
      update: 'Update a Subscription by ID',
      updateText:
        'Für Zeitpläne, die Zugangsdaten ablösen. Was wartet, wird mit den neuen sofort versucht. Der API-Schlüssel braucht den Scope subscriptions:write.',
      journal: 'Journal: was sich seither geändert hat',
      journalText:
        'Für Empfänger, die lange weg waren. Speichern Sie nextCursor und senden Sie ihn beim nächsten Mal als „after“. Der API-Schlüssel braucht den Scope deliveries:read.',
      more: 'Einen API-Schlüssel erzeugen Sie unter <keys>API-Schlüssel</keys>. Alles Übrige steht in der <docs>Dokumentation der API</docs>; <events>AsyncAPI</events> beschreibt die Webhooks für Generatoren.',
    },
    advice: {
      appsScript:
        'Google Apps Script wurde ausgeführt, antwortet aber immer mit einer Weiterleitung, und Weiterleitungen wird nicht gefolgt: Das zählt als fehlgeschlagen und wird immer wieder gesendet. Setzen Sie etwas dazwischen, das selbst mit 200 antwortet, etwa eine kleine Cloud-Funktion, die das Skript aufruft.',
      redirect:
        'Weiterleitungen wird nicht gefolgt, denn personenbezogene Daten gingen an eine Adresse, die niemand eingetragen hat. Tragen Sie die Adresse ein, zu der sie führt (siehe „location“ in der Antwort), zum Beispiel mit https:// oder ohne Schrägstrich am Ende. Eine Weiterleitung zu einer Anmeldeseite heißt, dass Zugangsdaten fehlen.',
      badRequest:
        'Ihrem System gefällt der Inhalt nicht. Vergleichen Sie, was es erwartet, mit dem Beispiel unter „Für Entwickler“; seine Antwort unten nennt vielleicht das Feld.',
      unauthorized:
        'Ihr System nimmt die Zugangsdaten nicht an, oder Ihr Empfänger die Signatur nicht. Prüfen Sie die Authentifizierung dieser Integration, und ob der Empfänger das heutige Signaturgeheimnis hat und den Body prüft, wie er ankam.',
      forbidden:
        'Ihr System kennt die Zugangsdaten, erlaubt dies aber nicht, oder eine Firewall lehnt es ab. Prüfen Sie, was der Schlüssel darf, und ob Anfragen dieses Dienstes durchgelassen werden.',
      notFound:
        'Unter diesem Pfad ist nichts. Prüfen Sie das Ende der URL, auch Großbuchstaben und Schrägstriche.',
      methodNotAllowed:
        'Ihr System nimmt an dieser URL kein POST an. Prüfen Sie den Pfad, und ob der Empfänger POST verarbeitet.',
      tooLarge:
        'Ihr System nimmt nur kleinere Bodys an. Erhöhen Sie die Grenze; Webhooks haben selten mehr als 100 KB.',
      mediaType:
        'Ihr System nimmt application/json nicht an. Stellen Sie es auf JSON ein, oder prüfen Sie, ob diese URL für ein anderes Format gedacht ist.',
      tooMany:
        'Ihr System begrenzt, wie viele Anfragen es annimmt. Zustellungen warten, solange es darum bittet; „Gleichzeitige Anfragen“ in den erweiterten Einstellungen sendet weniger auf einmal.',
      serverError: 'Ihr System ist beim Verarbeiten gescheitert. Sein Log sagt, warum.',
      unavailable:
        'Etwas vor Ihrem System antwortet, dass es gerade nicht erreichbar oder zu langsam ist. Prüfen Sie, ob es läuft.',
      otherStatus:
        'Was dieser Status heißt, sagt die Dokumentation Ihres Systems; seine Antwort unten hilft vielleicht.',
      timeout:
        'Ihr System hat nicht rechtzeitig geantwortet. Antworten Sie zuerst und arbeiten Sie danach, und prüfen Sie, ob eine Firewall die Anfragen stillschweigend verwirft.',
      name_not_found: 'Diesen Hostnamen gibt es nicht. Prüfen Sie, wie die URL geschrieben ist.',
      name_server:
        'Der Nameserver hat nicht geantwortet. Versuchen Sie es noch einmal; bleibt es so, hat das Netz dieses Dienstes ein Problem.',
      connection_refused:
        'An diesem Host und Port hört niemand zu. Prüfen Sie, ob der Empfänger läuft und der Port stimmt. In einem Container ist 127.0.0.1 der Container selbst.',
      unreachable:
        'Von hier führt kein Weg zu diesem Host. Prüfen Sie die Adresse, und Firewalls oder VPNs dazwischen.',
      connection_closed:
        'Die Verbindung wurde geschlossen, bevor die Antwort vollständig war. Vielleicht ist etwas abgestürzt, oder ein Proxy lehnt die Anfrage ab; sein Log sagt mehr.',
      certificate_expired: 'Das Zertifikat Ihres Systems ist abgelaufen. Lassen Sie es erneuern.',
      certificate_of_other_host:
        'Das Zertifikat Ihres Systems gilt für einen anderen Hostnamen. Tragen Sie die URL mit dem Namen ein, für den es ausgestellt ist, oder lassen Sie eines für diesen Namen ausstellen.',
      certificate_untrusted:
        'Das Zertifikat Ihres Systems ist von einer Stelle, die hier nicht bekannt ist, oder die Zertifikate dazwischen werden nicht mitgesendet. Verwenden Sie eines einer öffentlichen Stelle und installieren Sie die ganze Kette; eine private Stelle richtet ein, wer diesen Dienst betreibt.',
      certificate_invalid:
        'Das Zertifikat Ihres Systems ist nicht gültig: noch nicht, oder es wurde widerrufen. Lassen Sie es ersetzen.',
      client_certificate:
        'Ihr System verlangt ein Client-Zertifikat, oder lehnt das gezeigte ab. Es wird in den erweiterten Einstellungen gesetzt.',
      no_tls: 'An diesem Port gibt es kein https. Prüfen Sie den Port, oder ob es http:// heißen soll.',
      tls: 'Es kam keine sichere Verbindung zustande. Prüfen Sie, ob Ihr System an diesem Port TLS 1.2 oder 1.3 anbietet.',
      invalid_answer:
        'Was zurückkam, ist kein gültiges HTTP. Prüfen Sie, ob an diesem Port ein Webserver läuft.',
      private_address:
        'Die Adresse ist eine private, und dorthin sendet dieser Dienst nicht. Wer ihn betreibt, kann es erlauben (CPM_ALLOWED_TARGETS).',
      https_required: 'Hier ist nur https erlaubt. Tragen Sie eine URL mit https:// ein.',
      no_access_token:
        'Es war kein Zugriffstoken zu bekommen. Prüfen Sie Token-URL, Client-ID und Client-Secret.',
      own_trouble:
        'Es wurde nichts gesendet: Dieser Dienst hat selbst ein Problem. Wer ihn betreibt, sollte davon wissen.',
      other: 'Siehe den Fehler oben; das Log Ihres Systems sagt vielleicht mehr.',
    },
  },
} as const;
