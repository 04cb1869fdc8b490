internal import ReportModel

/// Words for `tls-failure`.
enum TLSWords {
    static func words(_ view: Case) -> Words {
        var words = Words(title: title(view))
        let by =
            switch view.finding.closedBy {
            case .client: "The client"
            case .broker: "The broker"
            case .middlebox: "A device on the path"
            default: "One side"
            }
        let alert = view.finding.alert.map { " with the alert \(Trim.name($0))" } ?? ""
        let times = view.finding.count == 1 ? "" : ", \(Format.count(view.finding.count)) times"
        words.explanation.add(
            "\(by) ended the TLS handshake between \(view.client) and \(view.server)\(alert)\(times).")
        cause(view, &words)
        let asked = view.list(.serverName).map(Trim.name)
        if !asked.isEmpty {
            let noun = asked.count == 1 ? "name" : "names"
            words.explanation.add("The client asked for the \(noun) \(Format.list(asked, limit: 4)).")
        }
        words.explanation.add(view.text(.certificateNames)) { "The certificate names \($0)." }
        words.explanation.add(view.text(.certificateEnds)) { "The certificate ends at \($0)." }
        let name = view.list(.serverName).first.map(Trim.shell) ?? view.host
        words.advice.run(
            "See which certificates the listener serves",
            "openssl s_client -connect \(view.endpoint) -servername \(name) -showcerts </dev/null")
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
            words.explanation.add("Handshakes succeed now. From that moment on, clients that check it cannot connect.")
            words.advice.add("Renew it before then, and install the new one on every broker.")
        case .nameNotCovered:
            words = Words(title: "the certificate of \(server) is not for the name that clients ask for")
            words.explanation.add(
                "\(view.client) asked for \(view.text(.serverName) ?? "another name") and continued, so it does not check names."
            )
            words.advice.add(
                "Issue it with that subjectAltName, then set ssl.endpoint.identification.algorithm=https on clients.")
        default:
            words.explanation.add(
                "No CA vouches for it, so each client has to be given this very certificate.")
            words.advice.add(
                "Have a CA that clients trust issue it, so that it can be renewed without touching the clients.")
        }
        words.explanation.add(view.text(.certificateNames)) { "It names \($0)." }
        words.advice.run("Show it", "openssl s_client -connect \(view.endpoint) -showcerts </dev/null")
        return words
    }

    /// Other names for which the same port completes handshakes.
    private static func othersServed(_ view: Case) -> [String] {
        guard let asked = view.list(.serverName).first else { return [] }
        return view.list(.namesServed).filter { $0 != asked }.map(Trim.name)
    }

    /// The server answered the name in the hello (SNI) with `unrecognized_name`.
    private static func isUnknownName(_ view: Case) -> Bool {
        view.finding.cause == nil && view.finding.alert == "unrecognized_name" && view.finding.closedBy == .broker
    }

    private static func title(_ view: Case) -> String {
        let (client, server) = (view.client, view.serverShort)
        if isUnknownName(view) { return "\(server) knows no host by the name that \(client) asks for" }
        return switch view.finding.cause {
        case .unknownCA: "\(client) does not trust the issuer of the certificate of \(server)"
        case .wrongName: "the certificate of \(server) is not for the name that \(client) uses"
        case .certificateExpired: "\(client) finds the certificate of \(server) expired"
        case .certificateNotYetValid: "\(client) finds the certificate of \(server) not valid yet"
        case .certificateRevoked: "\(client) finds the certificate of \(server) revoked"
        case .clientCertificateRefused: "\(server) does not accept the certificate of \(client)"
        case .handshakeNotAnswered: "\(server) never answered the TLS hello of \(client)"
        case .clientCertificateMissing: "\(server) requires a certificate that \(client) does not send"
        case .noCommonVersion: "\(client) and \(server) share no TLS version"
        case .noCommonCipher: "\(client) and \(server) share no cipher suite"
        case .middleboxReset: "something between \(client) and \(server) resets the TLS handshake"
        case .handshakeCut where !othersServed(view).isEmpty:
            "\(server) closes on the server name that \(client) asks for"
        case .handshakeCut: "the TLS handshake of \(client) with \(server) is cut off"
        default: "the TLS handshake of \(client) with \(server) failed"
        }
    }

    private static func otherCause(_ view: Case, _ words: inout Words) {
        switch view.finding.cause {
        case .certificateNotYetValid:
            words.explanation.add(view.text(.certificateBegins)) {
                "It is valid from \($0) on. It was issued for later, or one of the clocks is wrong."
            }
            words.advice.add(
                "Compare the clocks of \(view.server), the client and the issuing CA (date -u), and serve the former certificate"
                    + " until then.")
        case .certificateRevoked:
            words.explanation.add(
                "The client checked it by CRL or OCSP, and its issuer has revoked it.")
            words.advice.add("Issue a new certificate for \(view.server), and find out why the old one was revoked.")
        case .clientCertificateRefused:
            words.explanation.add(
                "The broker rejected the client's certificate: it has expired, is revoked, or its issuer is not in the broker's"
                    + " truststore. The broker's own certificate is fine.")
            words.advice.run(
                "Look at the client's certificate", "openssl x509 -noout -dates -issuer -in CLIENT-CERTIFICATE")
            words.advice.add("Compare its issuer with ssl.truststore.location of \(view.server).")
        case .middleboxReset:
            if let seen = view.text(.ttlSeen), let reset = view.text(.ttlOfReset) {
                words.explanation.add(
                    "The reset came from the address of \(view.server) with a TTL of \(reset), but its other packets have \(seen)."
                        + " So another device sent it, before the broker could answer.")
            }
            words.advice.add(
                "Find what inspects TLS on the path (a firewall, intrusion prevention, a service mesh) and read its log of"
                    + " \(view.clock(view.finding.first)).")
            words.advice.add("Let \(view.endpoint) pass uninspected.")
        default:
            words.explanation.add(
                "The broker's TCP acknowledged the hello, and no byte came back. The process is stalled, its network threads are busy,"
                    + " or a proxy accepts for a broker that is gone.")
            words.advice.add(
                "Take a thread dump of \(view.server) (jstack), and look at its load and NetworkProcessorAvgIdlePercent."
            )
        }
    }

    /// Those that `otherCause` words.
    private static let other: Set<Cause> = [
        .certificateNotYetValid, .certificateRevoked, .clientCertificateRefused, .handshakeNotAnswered, .middleboxReset,
    ]

    private static func cause(_ view: Case, _ words: inout Words) {
        switch view.finding.cause {
        case .unknownCA:
            words.explanation.add(
                "The client could not build a chain from the broker's certificate to an issuer that it trusts.")
            words.advice.add(
                "Add the issuing CA to the client's truststore (ssl.truststore.location; librdkafka: ssl.ca.location).")
            words.advice.add("Serve the intermediate certificates too.")
        case .wrongName:
            words.explanation.add(
                "The client trusts the certificate, but none of its names is the one that the client connected to.")
            words.advice.add(
                "Issue a certificate with that subjectAltName, or advertise a name that the present one has. Do not switch off"
                    + " ssl.endpoint.identification.algorithm.")
        case .certificateExpired:
            words.advice.add("Renew the certificate of \(view.server), and compare the clocks of both hosts (date -u).")
            words.explanation.add("It has expired, or one of the clocks is wrong.")
        case .clientCertificateMissing:
            words.explanation.add(
                "The listener requires a client certificate (ssl.client.auth=required), and this client sent none.")
            words.advice.add(
                "Give the client a keystore (ssl.keystore.location) with a certificate from a CA in the broker's truststore."
            )
        case let cause? where other.contains(cause):
            otherCause(view, &words)
        case .noCommonVersion:
            words.explanation.add(view.text(.tlsVersion)) { "Offered: \($0)." }
            words.explanation.add("The broker has switched off, or does not know, what the client offers.")
            words.advice.add("Compare ssl.enabled.protocols on both sides; upgrade the older runtime.")
        case .noCommonCipher:
            words.explanation.add(view.text(.cipher)) { "Offered: \($0)." }
            words.explanation.add(
                "The two lists of cipher suites have nothing in common, or the broker has no matching key.")
            words.advice.add("Compare ssl.cipher.suites on both sides and the type of the broker's key (RSA, EC).")
        case .handshakeCut where !othersServed(view).isEmpty:
            words.explanation.add(
                "There was no alert: it closed after the client's hello. Handshakes for \(Format.list(othersServed(view), limit: 4))"
                    + " succeed at the same port. So there is probably nothing that it could pass this name on to, for now or for good."
            )
            words.advice.add(
                "Look up in the routes of \(view.server) (SNI) where this name leads, and whether what stands there is up."
            )
        case .handshakeCut:
            words.explanation.add("There was no alert; the connection ended or went silent after the client's hello.")
            words.advice.add(
                "Try from another network. Look for devices that inspect TLS on port \(view.port), and for routing by server name"
                    + " (SNI).")
            words.advice.run("Check the path MTU", "ping -c 3 -M do -s 1472 \(view.host)")
        case nil where isUnknownName(view):
            words.explanation.add(
                "The server has no host, or no route, for that name. It sent the alert before any certificate.")
            words.advice.add(
                "Compare the names that brokers advertise with those that the gateway at \(view.server) routes by (SNI), and add the"
                    + " missing one.")
        default:
            words.explanation.add("The capture does not show the reason.")
            words.advice.add(
                "Raise logging on both sides: -Djavax.net.debug=ssl:handshake in Java, debug=security in librdkafka.")
        }
    }
}
