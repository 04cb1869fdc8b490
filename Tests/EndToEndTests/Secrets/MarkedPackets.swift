import Foundation

/// What no Kafka message holds: headers, options, trailers, other protocols, certificates and tokens, with a mark in each place.
extension MarkedTraffic {
    static func packets(_ marks: inout Marks) -> MarkedTraffic {
        var traffic = MarkedTraffic()
        traffic.addOddHeaders(&marks)
        traffic.addNames(&marks)
        traffic.addOtherProtocols(&marks)
        traffic.addTLS(&marks)
        traffic.addSignIns(&marks)
        traffic.addProxies(&marks)
        traffic.addOtherPackets(&marks)
        return traffic
    }

    private func text(_ place: String, _ marks: inout Marks) -> [UInt8] { Array(marks.mark(place).utf8) }

    /// A request and its response, so that a connection is Kafka's.
    private mutating func versions(_ marks: inout Marks, _ id: Int = 1) {
        client(Self.request(18, 0, id, clientId: marks.mark("RequestHeader.ClientId"), tags: [], []))
        server(Self.response(18, 0, id, tags: [], [0, 0, 0, 0, 0, 0]))
    }

    // MARK: Headers

    private mutating func addOddHeaders(_ marks: inout Marks) {
        ipOptions = [0x9E, 12] + text("IPv4 option", &marks)
        tcpOptions = [0xFD, 12] + text("TCP option", &marks)
        trailer = text("Ethernet trailer", &marks)
        connect()
        versions(&marks)
        client(Self.request(3, 0, 2, clientId: marks.mark("RequestHeader.ClientId"), tags: [], [0, 0, 0, 0]))
        // No frame, and no message either.
        client(text("bytes between frames", &marks))
        close(byReset: true)
        (ipOptions, tcpOptions, trailer) = ([], [], [])
    }

    // MARK: DNS and Kerberos

    private mutating func addNames(_ marks: inout Marks) {
        trailer = text("Ethernet trailer of DNS", &marks)
        let name = Self.dnsName([marks.mark("DNS question"), "lab"])
        let asked: [UInt8] = [0, 9, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0] + name + [0, 1, 0, 1]
        datagram(asked + text("DNS behind the question", &marks), fromClient: true, port: 53)
        var told: [UInt8] = [0, 9, 0x81, 0x80, 0, 1, 0, 2, 0, 0, 0, 1] + name + [0, 1, 0, 1]
        told += [0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 0, 0, 2]
        let secret = text("DNS TXT record", &marks)
        told += [0xC0, 12, 0, 16, 0, 1, 0, 0, 0, 60, 0, UInt8(secret.count + 1), UInt8(secret.count)] + secret
        told += Self.dnsName([marks.mark("DNS additional name")]) + [0, 16, 0, 1, 0, 0, 0, 60, 0, 0]
        datagram(told, fromClient: false, port: 53)
        let gone = Self.dnsName([marks.mark("DNS name that is gone"), "lab"])
        datagram([0, 10, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0] + gone + [0, 1, 0, 1], fromClient: true, port: 53)
        datagram([0, 10, 0x81, 0x83, 0, 1, 0, 0, 0, 0, 0, 0] + gone + [0, 1, 0, 1], fromClient: false, port: 53)
        datagram(text("port 53, no DNS", &marks) + [UInt8](repeating: 1, count: 20), fromClient: true, port: 53)
        datagram(text("UDP of another port", &marks), fromClient: true, port: 514)
        trailer = []
        datagram(kerberosError(&marks), fromClient: false, port: 88)
    }

    private static func dnsName(_ labels: [String]) -> [UInt8] {
        labels.flatMap { [UInt8($0.utf8.count)] + $0.utf8 } + [0]
    }

    /// KRB-ERROR (RFC 4120, 5.9.1).
    private func kerberosError(_ marks: inout Marks) -> [UInt8] {
        let time = DERBytes.value(0x18, Array("20261126203653Z".utf8))
        func number(_ value: UInt8) -> [UInt8] { DERBytes.value(2, [value]) }
        func string(_ place: String) -> [UInt8] { DERBytes.value(0x1B, text(place, &marks)) }
        func name(_ parts: [[UInt8]]) -> [UInt8] {
            DERBytes.value(
                0x30, DERBytes.value(0xA0, number(1)) + DERBytes.value(0xA1, DERBytes.value(0x30, parts.flatMap { $0 }))
            )
        }
        let service = [DERBytes.value(0x1B, Array("kafka".utf8)), string("Kerberos service host")]
        let fields: [(UInt8, [UInt8])] = [
            (0xA0, number(5)), (0xA1, number(30)), (0xA4, time), (0xA5, number(0)), (0xA6, number(7)),
            (0xA7, string("Kerberos client realm")), (0xA8, name([string("Kerberos client name")])),
            (0xA9, string("Kerberos realm")), (0xAA, name(service)), (0xAB, string("Kerberos error text")),
            (0xAC, DERBytes.value(4, text("Kerberos error data", &marks))),
        ]
        return DERBytes.value(0x7E, DERBytes.value(0x30, fields.flatMap { DERBytes.value($0.0, $0.1) }))
    }

    // MARK: Other protocols on the broker's port

    private mutating func addOtherProtocols(_ marks: inout Marks) {
        connect()
        client(
            Array(
                """
                GET /\(marks.mark("HTTP path"))?q=\(marks.mark("HTTP query")) HTTP/1.1\r
                Host: \(marks.mark("HTTP Host"))\r
                Authorization: Bearer \(marks.mark("HTTP Authorization"))\r
                Cookie: \(marks.mark("HTTP cookie"))\r
                X-\(marks.mark("HTTP header name")): 1\r\n\r
                \(marks.mark("HTTP body"))
                """.utf8))
        server(
            Array(
                "HTTP/1.1 400 \(marks.mark("HTTP reason"))\r\nServer: \(marks.mark("HTTP Server"))\r\n\r\n".utf8))
        close()
        connect()
        server(Array("SSH-2.0-".utf8) + text("SSH version", &marks) + [13, 10])
        client(text("unknown protocol", &marks))
        close()
        connect()
        versions(&marks)
        // A request of an API that nobody knows.
        client(
            Self.request(
                999, 0, 2, clientId: marks.mark("RequestHeader.ClientId"), tags: [], text("unknown API", &marks)))
        server(Self.framed(Self.big(2, 4) + text("answer of an unknown API", &marks)))
        // One that contradicts its schema, behind a name.
        let body =
            Self.big(1, 4) + Self.big(Marks.length, 2) + text("topic of a malformed request", &marks) + Self.big(-9, 4)
        client(
            Self.request(
                3, 0, 3, clientId: marks.mark("RequestHeader.ClientId"), tags: [], body + text("malformed", &marks)))
        close(byReset: true)
    }

    // MARK: Proxies

    private mutating func addProxies(_ marks: inout Marks) {
        connect()
        let extensions =
            [0x02, 0, UInt8(Marks.length)] + text("PROXY authority", &marks) + [0xE0, 0, UInt8(Marks.length)]
            + text("PROXY extension", &marks)
        client(
            [13, 10, 13, 10, 0, 13, 10] + Array("QUIT\n".utf8) + [0x21, 0x11] + Self.big(12 + extensions.count, 2)
                + [10, 0, 0, 77, 10, 0, 0, 2, 0x9C, 0x40, 0x23, 0x84] + extensions)
        versions(&marks)
        close(byReset: true)
    }

    // MARK: Other packets

    private mutating func addOtherPackets(_ marks: inout Marks) {
        let ethernet = [UInt8](repeating: 2, count: 12)
        frame(
            ethernet + [8, 6, 0, 1, 8, 0, 6, 4, 0, 1] + [UInt8](repeating: 2, count: 6) + [10, 0, 0, 1] + [
                0, 0, 0, 0, 0, 0,
            ]
                + [10, 0, 0, 2] + text("ARP padding", &marks))
        frame(ethernet + [0x88, 0xCC] + text("LLDP", &marks))
        packet(132, fromClient: true, text("another IP protocol", &marks))
        packet(1, fromClient: true, [8, 0, 0, 0, 0, 1, 0, 1] + text("ICMP echo", &marks))
        let quoted: [UInt8] = [
            0x45, 0, 0, 60, 0, 1, 0x40, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2, 0x4E, 0x21, 0x23, 0x84,
        ]
        packet(
            1, fromClient: false, [3, 13, 0, 0, 0, 0, 0, 0] + quoted + [0, 0, 0, 1] + text("ICMP quotation", &marks))
        // IPv6 with an option for the next hop, in front of a SYN.
        let hop: [UInt8] = [6, 1, 0x1E, UInt8(Marks.length)] + text("IPv6 option", &marks) + [1, 0]
        let syn: [UInt8] = [0x9C, 0x41, 0x23, 0x84, 0, 0, 0, 1, 0, 0, 0, 0, 0x50, 2, 0xFF, 0xFF, 0, 0, 0, 0]
        let addresses = [UInt8](repeating: 0xFD, count: 15) + [1] + [UInt8](repeating: 0xFD, count: 15) + [2]
        frame(
            ethernet + [0x86, 0xDD, 0x60, 0, 0, 0] + Self.big(hop.count + syn.count, 2) + [0, 64] + addresses + hop
                + syn
                + text("Ethernet trailer of IPv6", &marks))
    }
}

/// Values in DER.
enum DERBytes {
    static func value(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        let count = content.count
        if count < 128 { return [tag, UInt8(count)] + content }
        return [tag, 0x82, UInt8(count >> 8), UInt8(count & 255)] + content
    }
}
