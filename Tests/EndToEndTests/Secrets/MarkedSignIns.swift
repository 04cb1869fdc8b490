import Foundation

/// Sign-ins by every mechanism, and TLS handshakes, with a mark in each of their parts.
extension MarkedTraffic {
    private func marked(_ place: String, _ marks: inout Marks) -> String { marks.mark(place) }

    mutating func addSignIns(_ marks: inout Marks) {
        let plain =
            "\(marks.mark("PLAIN authorization id"))\0\(marks.mark("PLAIN user"))\0\(marks.mark("PLAIN password"))"
        signIn("PLAIN", [plain], ["\(marks.mark("PLAIN answer"))"], refused: 0, &marks)
        signIn("PLAIN", [plain], [""], refused: 58, &marks)
        let scram = [
            "n,a=\(marks.mark("SCRAM authorization id")),n=\(marks.mark("SCRAM user")),r=\(marks.mark("SCRAM nonce")),x=\(marks.mark("SCRAM extension"))",
            "c=biws,r=\(marks.mark("SCRAM nonce")),p=\(marks.mark("SCRAM proof"))",
        ]
        let challenge = "r=\(marks.mark("SCRAM nonce")),s=\(marks.mark("SCRAM salt")),i=4096"
        signIn("SCRAM-SHA-256", scram, [challenge, "v=\(marks.mark("SCRAM verifier"))"], refused: 0, &marks)
        signIn("SCRAM-SHA-512", scram, [challenge, "e=\(marks.mark("SCRAM error"))"], refused: 58, &marks)
        let claims = """
            {"sub":"\(marks.mark("OAUTH sub"))","iss":"\(marks.mark("OAUTH iss"))","aud":["\(marks.mark("OAUTH aud"))"],\
            "exp":1700000000,"email":"\(marks.mark("OAUTH other claim"))"}
            """
        let encoded = Data(claims.utf8).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        let bearer =
            "n,a=\(marks.mark("OAUTH authorization id")),\u{1}auth=Bearer \(marks.mark("OAUTH header")).\(encoded)"
            + ".\(marks.mark("OAUTH signature"))\u{1}\(marks.mark("OAUTH extension"))=1\u{1}\u{1}"
        signIn("OAUTHBEARER", [bearer], [""], refused: 0, &marks)
        let status = "{\"status\":\"\(marks.mark("OAUTH status"))\",\"scope\":\"\(marks.mark("OAUTH scope"))\"}"
        signIn("OAUTHBEARER", [bearer, "\u{1}"], [status, ""], refused: 58, &marks)
        signIn("GSSAPI", ["`\(marks.mark("GSSAPI token"))"], [marks.mark("GSSAPI answer")], refused: 0, &marks)
        signIn("AWS_MSK_IAM", ["{\"user-agent\":\"\(marks.mark("IAM token"))\"}"], ["{}"], refused: 0, &marks)
        signIn(marks.mark("SASL mechanism"), [marks.mark("token of an unknown mechanism")], [""], refused: 33, &marks)
        rawSignIn(plain, &marks)
    }

    /// SaslHandshake, then tokens in SaslAuthenticate version 1.
    private mutating func signIn(
        _ mechanism: String, _ tokens: [String], _ answers: [String], refused: Int, _ marks: inout Marks
    ) {
        connect()
        let clientId = marks.mark("RequestHeader.ClientId")
        let name = Self.big(mechanism.utf8.count, 2) + mechanism.utf8
        client(Self.request(17, 1, 1, clientId: clientId, tags: [], name))
        let offered = marks.mark("SaslHandshake offered mechanism")
        server(
            Self.response(17, 1, 1, tags: [], [0, 0] + Self.big(1, 4) + Self.big(offered.utf8.count, 2) + offered.utf8))
        for (place, (token, answer)) in zip(tokens, answers).enumerated() {
            client(
                Self.request(
                    36, 1, 2 + place, clientId: clientId, tags: [], Self.big(token.utf8.count, 4) + token.utf8))
            let isLast = place == tokens.count - 1
            let said = marks.mark("SaslAuthenticate error message")
            let code = Self.big(isLast ? refused : 0, 2)
            let message = isLast && refused != 0 ? Self.big(said.utf8.count, 2) + said.utf8 : [0xFF, 0xFF]
            server(
                Self.response(
                    36, 1, 2 + place, tags: [],
                    code + message + Self.big(answer.utf8.count, 4) + answer.utf8 + Self.big(0, 8)))
        }
        close(byReset: refused != 0)
    }

    /// SaslHandshake version 0: tokens without headers.
    private mutating func rawSignIn(_ token: String, _ marks: inout Marks) {
        connect()
        client(Self.request(17, 0, 1, clientId: marks.mark("RequestHeader.ClientId"), tags: [], [0, 5] + "PLAIN".utf8))
        server(Self.response(17, 0, 1, tags: [], [0, 0] + Self.big(1, 4) + [0, 5] + "PLAIN".utf8))
        client(Self.framed(Array(token.utf8)))
        close(byReset: true)
    }

    // MARK: TLS

    mutating func addTLS(_ marks: inout Marks) {
        serverPort = 9093
        connect()
        client(Self.record(22, Self.clientHello(&marks)))
        server(Self.record(22, Self.serverHello(&marks) + Self.certificate(&marks) + [14, 0, 0, 0]))
        client(Self.record(21, [2, 48]))
        client(Self.record(23, Array(marks.mark("TLS application data").utf8)))
        close(byReset: true)
        serverPort = 9092
    }

    private static func record(_ type: UInt8, _ body: [UInt8]) -> [UInt8] { [type, 3, 3] + big(body.count, 2) + body }

    private static func message(_ type: UInt8, _ body: [UInt8]) -> [UInt8] { [type] + big(body.count, 3) + body }

    private static func vector(_ bytes: [UInt8], _ lengthBytes: Int) -> [UInt8] {
        big(bytes.count, lengthBytes) + bytes
    }

    private static func random(_ text: String) -> [UInt8] {
        (Array(text.utf8) + [UInt8](repeating: 1, count: 32)).prefix(32).map(\.self)
    }

    private static func clientHello(_ marks: inout Marks) -> [UInt8] {
        let name = vector([0] + vector(Array("\(marks.mark("TLS server name")).lab".utf8), 2), 2)
        let protocols = vector(vector(Array(marks.mark("TLS ALPN of the client").utf8), 1), 2)
        let extensions =
            big(0, 2) + vector(name, 2) + big(16, 2) + vector(protocols, 2) + big(0x7777, 2)
            + vector(Array(marks.mark("TLS unknown extension").utf8), 2)
        let session = vector(Array(marks.mark("TLS session id").utf8), 1)
        return message(
            1,
            [3, 3] + random(marks.mark("TLS client random")) + session + [0, 2, 0xC0, 0x2F, 1, 0]
                + vector(extensions, 2))
    }

    private static func serverHello(_ marks: inout Marks) -> [UInt8] {
        let extensions = big(0x7777, 2) + vector(Array(marks.mark("TLS unknown extension of the server").utf8), 2)
        return message(
            2, [3, 3] + random(marks.mark("TLS server random")) + [0, 0xC0, 0x2F, 0] + vector(extensions, 2))
    }

    /// X.509 (RFC 5280) with a key that is none.
    private static func certificate(_ marks: inout Marks) -> [UInt8] {
        let der = DERBytes.value
        func name(_ whose: String) -> [UInt8] {
            func part(_ identifier: [UInt8], _ place: String) -> [UInt8] {
                der(
                    0x31,
                    der(
                        0x30,
                        der(6, identifier) + der(0x0C, Array(marks.mark("TLS certificate \(whose) \(place)").utf8))))
            }
            return der(0x30, part([0x55, 4, 10], "organisation") + part([0x55, 4, 3], "common name"))
        }
        let time = der(0x17, Array("200101000000Z".utf8))
        let algorithm = der(0x30, der(6, [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 0x0B]) + [5, 0])
        let key = der(
            0x30,
            der(0x30, der(6, [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 1]) + [5, 0])
                + der(3, [0] + der(0x30, der(2, [0x7F] + [UInt8](repeating: 9, count: 63)) + der(2, [1, 0, 1]))))
        let alternative = der(
            0x30,
            der(0x82, Array("\(marks.mark("TLS certificate DNS name")).lab".utf8))
                + der(0x81, Array("\(marks.mark("TLS certificate mail"))@lab".utf8))
                + der(0x86, Array("spiffe://\(marks.mark("TLS certificate URI"))".utf8)))
        let comment = der(
            0x30,
            der(6, [0x60, 0x86, 0x48, 1, 0x86, 0xF8, 0x42, 1, 0x0D])
                + der(4, der(0x16, Array(marks.mark("TLS certificate comment").utf8))))
        let extensions = der(0xA3, der(0x30, der(0x30, der(6, [0x55, 0x1D, 0x11]) + der(4, alternative)) + comment))
        let body = der(
            0x30,
            der(0xA0, der(2, [2])) + der(2, [1]) + algorithm + name("issuer") + der(0x30, time + time)
                + name("subject") + key + extensions)
        let whole = der(0x30, body + algorithm + der(3, [0] + [UInt8](repeating: 5, count: 64)))
        return message(11, vector(vector(whole, 3), 3))
    }
}
