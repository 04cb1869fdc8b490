import Testing

/// One TCP packet, wrapped in each way that the decoder can open.
struct Envelope: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var link: UInt16
    var bytes: [UInt8]

    static let inner = Build.ipv4(Build.tcp())
    static let frame = Build.ethernet(inner)

    static let all: [Envelope] = links + tags + tunnels

    private static func link(_ name: String, _ link: UInt16, _ header: [UInt8]) -> Envelope {
        Envelope(testDescription: name, link: link, bytes: header + inner)
    }

    private static func ethernet(_ name: String, _ payload: [UInt8], type: Int, tags: [Int] = []) -> Envelope {
        Envelope(testDescription: name, link: 1, bytes: Build.ethernet(payload, type: type, tags: tags))
    }

    private static func tunnel(_ name: String, _ number: UInt8, _ payload: [UInt8]) -> Envelope {
        ethernet(name, Build.ipv4(payload, protocol: number), type: 0x0800)
    }

    private static func zeros(_ count: Int) -> [UInt8] { Array(repeating: 0, count: count) }

    private static let links: [Envelope] = [
        link("SLL", 113, zeros(14) + [8, 0]),
        link("SLL2", 276, [8, 0] + zeros(18)),
        link("NULL, little-endian", 0, [2, 0, 0, 0]),
        link("NULL, big-endian", 0, [0, 0, 0, 2]),
        link("LOOP", 108, [0, 0, 0, 2]),
        link("RAW", 101, []), link("DLT_RAW", 12, []), link("DLT_RAW of OpenBSD", 14, []), link("IPv4", 228, []),
    ]

    private static let tags: [Envelope] = [
        ethernet("Ethernet", inner, type: 0x0800),
        ethernet("802.1Q", inner, type: 0x0800, tags: [0x8100]),
        ethernet("802.1ad", inner, type: 0x0800, tags: [0x88A8, 0x8100]),
        ethernet("MPLS", [0, 1, 1, 64] + inner, type: 0x8847),
        ethernet("MPLS pseudowire", [0, 1, 0, 64, 0, 2, 1, 64] + zeros(4) + frame, type: 0x8847),
        ethernet("PPPoE", [0x11, 0, 0, 1, 0, 47, 0, 0x21] + inner, type: 0x8864),
        ethernet("IPv4 options", Build.ipv4(Build.tcp(), options: [1, 1, 1, 0]), type: 0x0800),
    ]

    private static let tunnels: [Envelope] = [
        tunnel("VXLAN", 17, Build.udp([8, 0, 0, 0, 0, 0, 5, 0] + frame, port: 4789)),
        tunnel("VXLAN-GPE", 17, Build.udp([12, 0, 0, 3, 0, 0, 5, 0] + frame, port: 8472)),
        tunnel("GENEVE", 17, Build.udp([1, 0, 0x65, 0x58, 0, 0, 5, 0, 1, 2, 3, 4] + frame, port: 6081)),
        tunnel("GRE", 47, [0, 0, 8, 0] + inner),
        tunnel("GRE with all fields", 47, [0xB0, 0, 0x65, 0x58] + zeros(12) + frame),
        tunnel("ERSPAN II", 47, [0x10, 0, 0x88, 0xBE] + zeros(12) + frame),
        tunnel("IP in IP", 4, inner),
        ethernet("IPv4 in IPv6", Build.ipv6(inner, next: 4), type: 0x86DD),
    ]
}
