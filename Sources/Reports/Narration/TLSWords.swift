internal import ReportModel

/// Words for `tls-failure`.
enum TLSWords {
    static func words(_ view: Case) -> Words {
        var words = Words(title: title(view))
        let by =
            switch view.finding.closedBy {
            case .client: "the client"
            case .broker: "the broker"
            case .middlebox: "a device on the path"
            default: "one side"
            }
        let alert = view.finding.alert.map { " with the alert \(Trim.name($0))" } ?? ""
        words.explanation.add(
            "The TLS handshake between \(view.client) and \(view.server) was ended by \(by)\(alert),"
                + " \(Format.count(view.finding.count, "time")).")
        cause(view, &words)
        words.explanation.add(view.text(.serverName)) { "The client asked for the name \($0)." }
        words.explanation.add(view.text(.certificateNames)) { "The certificate names \($0)." }
        words.explanation.add(view.text(.certificateEnds)) { "The certificate ends at \($0)." }
        words.advice.add(
            "Look at what is served: openssl s_client -connect \(view.endpoint) -servername"
                + " \(view.list(.serverName).first.map(Trim.shell) ?? view.host) -showcerts </dev/null.")
        return words
    }

    /// Words for `certificate-notice`.
    static func notice(_ view: Case) -> Words {
        let server = view.serverShort
        let ends = view.text(.certificateEnds) ?? "soon"
        var words = Words(title: "the certificate of \(server) is self-signed")
        switch view.finding.detail {
        case .expiresSoon:
            words = Words(title: "the certificate of \(server) ends at \(ends)")
            words.explanation.add("Handshakes succeed now; from that moment on clients that check it cannot connect.")
            words.advice.add("Renew it before, and see that every broker and client host gets the new one.")
        case .nameNotCovered:
            words = Words(title: "the certificate of \(server) is not for the name that clients ask for")
            words.explanation.add(
                "\(view.client) asked for \(view.text(.serverName) ?? "another name") and went on all the same: it checks no names."
            )
            words.advice.add(
                "Issue it with that subjectAltName, then set ssl.endpoint.identification.algorithm=https on clients.")
        default:
            words.explanation.add(
                "Nobody but itself vouches for it: each client has to be given this very certificate.")
            words.advice.add(
                "Have it issued by a CA that clients trust, so that it can be renewed without touching them.")
        }
        words.explanation.add(view.text(.certificateNames)) { "It names \($0)." }
        words.advice.add("openssl s_client -connect \(view.endpoint) -showcerts </dev/null shows it.")
        return words
    }

    private static func title(_ view: Case) -> String {
        let (client, server) = (view.client, view.serverShort)
        return switch view.finding.cause {
        case .unknownCA: "\(client) does not trust the issuer of the certificate of \(server)"
        case .wrongName: "the certificate of \(server) is not for the name that \(client) uses"
        case .certificateExpired: "\(client) finds the certificate of \(server) expired"
        case .certificateRevoked: "\(client) finds the certificate of \(server) revoked"
        case .clientCertificateRefused: "\(server) does not accept the certificate of \(client)"
        case .handshakeNotAnswered: "\(server) never answered the TLS hello of \(client)"
        case .clientCertificateMissing: "\(server) wants a certificate that \(client) does not send"
        case .noCommonVersion: "\(client) and \(server) have no TLS version in common"
        case .noCommonCipher: "\(client) and \(server) have no cipher in common"
        case .middleboxReset: "something between \(client) and \(server) resets the TLS handshake"
        case .handshakeCut: "the TLS handshake of \(client) with \(server) is cut on the way"
        default: "the TLS handshake of \(client) with \(server) failed"
        }
    }

    private static func otherCause(_ view: Case, _ words: inout Words) {
        switch view.finding.cause {
        case .certificateRevoked:
            words.explanation.add(
                "The client looked it up, by CRL or OCSP, and found that its issuer has taken it back.")
            words.advice.add("Issue a new certificate for \(view.server), and find out why the old one was revoked.")
        case .clientCertificateRefused:
            words.explanation.add(
                "The client showed a certificate, and the broker turned it away: it has ended, is revoked, or its issuer is not in"
                    + " the broker's truststore. The broker's own certificate is not the matter.")
            words.advice.add(
                "Look at the client's: openssl x509 -noout -dates -issuer -in CLIENT-CERTIFICATE; compare the issuer with"
                    + " ssl.truststore.location of \(view.server).")
        case .middleboxReset:
            if let seen = view.text(.ttlSeen), let reset = view.text(.ttlOfReset) {
                words.explanation.add(
                    "The reset came in the name of \(view.server), with a TTL of \(reset); all that \(view.server) sent itself has"
                        + " \(seen): another device made it, and the broker never got to answer.")
            }
            words.advice.add(
                "Look for what inspects TLS on the way: a firewall, an intrusion prevention or DPI rule, a service mesh; ask for its log"
                    + " of \(view.clock(view.finding.first)), and let \(view.endpoint) pass uninspected.")
        default:
            words.explanation.add(
                "The broker's TCP acknowledged the hello and no byte came back: the process accepts no work (stalled, or its network"
                    + " threads are busy), or nothing reads behind a proxy that accepts for it.")
            words.advice.add(
                "See whether the process answers at all: a thread dump of \(view.server) (jstack), its load and NetworkProcessorAvgIdlePercent."
            )
        }
    }

    private static func cause(_ view: Case, _ words: inout Words) {
        switch view.finding.cause {
        case .unknownCA:
            words.explanation.add(
                "The client could not build a chain from the broker's certificate to an issuer that it trusts.")
            words.advice.add(
                "Add the issuing CA to the client's truststore (ssl.truststore.location, ssl.ca.location), and serve the"
                    + " intermediate certificates too.")
        case .wrongName:
            words.explanation.add(
                "Trust was not the matter; the name was: none of the certificate's names is the one connected to.")
            words.advice.add(
                "Issue a certificate with that subjectAltName, or advertise a name which the present one holds; do not switch off"
                    + " ssl.endpoint.identification.algorithm.")
        case .certificateExpired:
            words.advice.add("Renew the certificate of \(view.server), and compare the clocks of both hosts (date -u).")
            words.explanation.add("Its validity had ended, or one of the clocks is wrong.")
        case .clientCertificateMissing:
            words.explanation.add(
                "The listener asks clients for a certificate (ssl.client.auth=required); this one sent none.")
            words.advice.add(
                "Give the client a keystore (ssl.keystore.location; ssl.certificate.location and ssl.key.location) with a"
                    + " certificate from a CA in the broker's truststore.")
        case .certificateRevoked, .clientCertificateRefused, .handshakeNotAnswered, .middleboxReset:
            otherCause(view, &words)
        case .noCommonVersion:
            words.explanation.add(view.text(.tlsVersion)) { "Offered: \($0)." }
            words.explanation.add("What the client offers, the broker has switched off, or does not know.")
            words.advice.add("Compare ssl.enabled.protocols on both sides; upgrade the older runtime.")
        case .noCommonCipher:
            words.explanation.add(view.text(.cipher)) { "Offered: \($0)." }
            words.explanation.add(
                "Neither list of cipher suites holds one of the other's, or the broker has no matching key.")
            words.advice.add("Compare ssl.cipher.suites on both sides and the type of the broker's key (RSA, EC).")
        case .handshakeCut:
            words.explanation.add("There was no alert: the connection ended or went silent after the client's hello.")
            words.advice.add(
                "Try from another network; look for inspection devices that stop TLS on port \(view.port), routing by server"
                    + " name (SNI), and path MTU (ping -M do -s 1472 \(view.host)).")
        default:
            words.explanation.add("The reason itself was not visible.")
            words.advice.add(
                "Raise logging on both sides: -Djavax.net.debug=ssl:handshake in Java, debug=security in librdkafka.")
        }
    }
}
