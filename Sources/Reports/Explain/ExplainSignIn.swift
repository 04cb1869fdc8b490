internal import ReportModel

/// Sign-in, TLS and protocols.
extension ExplainPage {
    static let authTerminated = ExplainPage(
        summary: "A connection ended while it was signing in, or a sign-in was refused.",
        wire:
            "SaslHandshake and SaslAuthenticate without a good end. A refusal comes 100 to 400 ms late on purpose and together"
            + " with the broker's FIN.",
        mistaken:
            "Java's 'terminated during authentication' never means a wrong password on brokers since 1.0; it stands for TLS,"
            + " path and limit troubles too.",
        clients:
            "Java: 'failed authentication due to: ...'; librdkafka: 'SASL authentication error: ...'; Go clients often only"
            + " EOF.",
        steps: "Read the cause; then compare mechanism and credentials of the client with those of that very listener.",
        sections: [
            cause(
                .refused,
                "The broker said no: wrong name or password, unknown user for this mechanism, or a token it rejects."),
            cause(
                .unsupportedMechanism,
                "The listener answered with the list of mechanisms that it does offer; the client's is"
                    + " not among them."),
            cause(.clientWithoutSasl, "The client skipped signing in, and its first real request was met by a close."),
            cause(
                .listenerWithoutSasl,
                "The client wants to sign in; the listener answers ILLEGAL_SASL_STATE with an empty list."),
            cause(
                .closedMidway,
                "The broker closed before a complete exchange, without an error: an exception, a limit, Kerberos."),
            cause(.clientGaveUp, "The client owed the next step and closed instead: no ticket, no token, no trust."),
            cause(
                .reauthentication,
                "Renewing the session was refused: another principal or mechanism, or credentials run out."),
            cause(.unknown, "The step that failed is not in the capture."),
        ])

    static let tlsFailure = ExplainPage(
        summary: "A TLS handshake was ended by an alert or a close.",
        wire:
            "An alert record, in clear up to TLS 1.2; in 1.3 it may be encrypted, and only a small record and FIN are seen.",
        mistaken: "TLS spoken to a plain port (protocol-mismatch): there the server sends no TLS byte at all.",
        clients:
            "Java: 'SSL handshake failed'; librdkafka: 'certificate verify failed'; Python: CERTIFICATE_VERIFY_FAILED.",
        steps: "See what is served: openssl s_client -connect HOST:PORT -servername HOST -showcerts.",
        sections: [
            cause(
                .unknownCA,
                "The issuer is not in the truststore of the side that sent the alert, or the chain lacks a link."),
            cause(.wrongName, "None of the certificate's names is the one the client connected to."),
            cause(.certificateExpired, "The validity is over, or a clock is wrong."),
            cause(.clientCertificateMissing, "The broker requires a client certificate (mutual TLS) and got none."),
            cause(
                .clientCertificateRefused,
                "The broker turned the client's certificate away: over, revoked, or of an issuer that it does not trust."
            ),
            cause(.certificateRevoked, "The client found the broker's certificate revoked."),
            cause(.handshakeNotAnswered, "The hello was acknowledged by TCP, and the broker never answered it."),
            cause(.noCommonVersion, "No TLS version is enabled on both sides."),
            cause(.noCommonCipher, "No cipher suite is enabled on both sides."),
            cause(
                .middleboxReset,
                "A reset in the server's name, with another TTL than all that the server sends: a device on the way made it."
            ),
            cause(.handshakeCut, "No alert: the path cut the handshake (inspection, SNI routing, path MTU)."),
            cause(.unknown, "The alert was encrypted or absent."),
        ])

    static let certificateNotice = ExplainPage(
        summary: "A certificate with which handshakes succeed, and of which something should be known all the same.",
        wire: "Up to TLS 1.2 the certificate is readable in the handshake: its names, its issuer, its dates.",
        mistaken: "A private CA: a certificate that it issued is not self-signed.",
        clients: "Nothing, until it ends, is replaced, or clients begin to check names.",
        steps:
            "openssl s_client -connect HOST:PORT -showcerts shows it; renew it, or have it issued with the names in use.",
        sections: [
            detail(.selfSigned, "Subject and issuer are the same: nobody else vouches for it."),
            detail(.expiresSoon, "It ends within 30 days of the connection."),
            detail(
                .nameNotCovered, "The client asked for a name that it does not hold, and went on: it checks no names."),
        ])

    static let protocolMismatch = ExplainPage(
        summary: "The two ends of a connection speak different protocols.",
        wire:
            "The first bytes of each side tell: 16 03 is TLS, 'GET ' is HTTP, 'PROXY' or 0D 0A 0D 0A is a proxy header.",
        mistaken: "A crash of the broker, or a firewall: the close is immediate and repeats each time.",
        clients:
            "Java: 'terminated during authentication' or OutOfMemoryError; the broker: 'Invalid receive (size = 369295616...)'.",
        steps: "Match security.protocol with the listener behind that port.",
        sections: [
            detail(
                .tlsToPlaintext, "A TLS client on a plain port. The broker reads the hello as a huge length and closes."
            ),
            detail(.plaintextToTLS, "A plain client on a TLS port. The broker answers with a TLS alert."),
            detail(.http, "A web client or health check on the Kafka port, or a Kafka client on a web port."),
            detail(.proxyProtocol, "A load balancer adds a PROXY header, which Kafka cannot read."),
            detail(.otherProtocol, "Something else is spoken: the wrong service or port."),
        ])

    static let probe = ExplainPage(
        summary: "A host tries several protocols or ports of a broker, and never speaks Kafka: a scanner or a monitor.",
        wire:
            "From one host TLS, HTTP and other first bytes, or connects to many ports, and no Kafka request that is answered.",
        mistaken: "A client with a wrong setting: it tries one protocol, again and again (protocol-mismatch).",
        clients: "Nothing; brokers log 'Invalid receive' and failed TLS handshakes of that address.",
        steps: "Know your scanners; leave their addresses out of alarms on the broker's log.")

    static let protocolViolation = ExplainPage(
        summary:
            "A server breaks Kafka's own rules: its answers contradict their schema, or answer nothing that was asked.",
        wire: "Answers whose lengths or counts lead out of the message, or with correlation ids of no request.",
        mistaken:
            "A gap in the capture, a version newer than the schema, or bytes behind the last field, which brokers and clients"
            + " accept. Only connections that were seen whole are judged.",
        clients:
            "Java: SchemaException, 'Correlation id for response (N) does not match request (M)'; others: parse errors.",
        steps: "Find what really answers: a gateway, a proxy, or another implementation of the protocol.",
        sections: [
            detail(.malformedResponse, "The bytes contradict the schema of that API and version."),
            detail(.answersOutOfOrder, "Answers came behind those of younger requests of the connection."),
            detail(.unknownCorrelationId, "The answer belongs to no request of the connection."),
        ])

    static let credentialsInClear = ExplainPage(
        summary: "A password crosses the network readably: PLAIN without TLS.",
        wire: "A SASL PLAIN token outside of TLS. Its password is never shown.",
        mistaken: "SCRAM, which proves the password without sending it.",
        clients: "Nothing.",
        steps: "Use SASL_SSL or SCRAM; change the password; treat the capture as a secret.")
}
