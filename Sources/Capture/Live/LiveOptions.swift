public import Vocabulary

/// How packets are captured as they pass.
public struct LiveCaptureOptions: Sendable {
    /// An expression of pcap-filter(7) for interfaces and pipes; nil: `defaultFilter` for interfaces, none for pipes, which
    /// hold what someone has chosen already.
    public var filter: String?
    /// The value of SSH_CONNECTION, for `defaultFilter`.
    public var session: String?
    /// Bytes kept of each packet.
    public var snapLength = 262_144
    /// The kernel's buffer for each interface, in bytes.
    public var bufferBytes = 64 << 20
    /// See packets of other hosts too.
    public var promiscuous = false
    /// Hand packets on one by one as they come. Costs many times the buffer and the time of handing on blocks.
    public var immediate = false
    /// Where this program itself answers: of that nothing is captured, whatever the filter.
    public var ownService: (addresses: [IPAddress], port: UInt16)?
    public var limits: Limits

    public init(limits: Limits = Limits()) { self.limits = limits }

    /// What interfaces are given.
    var deviceFilter: String {
        let filter = filter ?? Self.defaultFilter(session: session)
        guard let own = ownService, !own.addresses.isEmpty else { return filter }
        let hosts = own.addresses.prefix(Self.ownAddresses).map { "host \($0)" }.joined(separator: " or ")
        return (filter.isEmpty ? "" : "(\(filter)) and ") + "not (tcp port \(own.port) and (\(hosts)))"
    }

    private static let ownAddresses = 64

    /// All that the analysis can use: TCP, DNS, ICMP's errors and ARP, also inside the tags and tunnels that are decoded, whose
    /// contents a filter of the kernel does not see; less the session over which this program is used.
    /// - Parameter session: the value of SSH_CONNECTION: address and port of the client, then of the server.
    public static func defaultFilter(session: String?) -> String {
        let all = (["tcp", "port 53", "icmp", "icmp6", "arp"] + tags + tunnels + fragments).joined(separator: " or ")
        let words = (session ?? "").split(separator: " ")
        // A link-local address has its interface behind it.
        let address = { (word: Substring) in IPAddress(word.prefix { $0 != "%" }) }
        guard words.count == 4, let client = address(words[0]), let clientPort = UInt16(words[1]),
            let server = address(words[2]), let serverPort = UInt16(words[3])
        else { return all }
        let ends = "host \(client) and host \(server) and tcp port \(clientPort) and tcp port \(serverPort)"
        return "(\(all)) and not (\(ends))"
    }

    /// VLAN, MPLS, PPPoE. By number: the filter's own words for them mean other offsets for all behind them, and are an
    /// error on interfaces that cannot have them.
    private static let tags = ["0x8100", "0x88a8", "0x9100", "0x9200", "0x8847", "0x8848", "0x8864"].map {
        "ether proto \($0)"
    }

    /// Behind the first one there is no port to know UDP's tunnels by.
    private static let fragments = ["ip[6:2] & 0x1fff != 0", "ip6 proto 44"]

    /// IP in IP, GRE, VXLAN, GENEVE.
    private static let tunnels =
        ["ip", "ip6"].flatMap { outer in ["4", "41", "47"].map { "\(outer) proto \($0)" } }
        + ["4789", "4790", "8472", "6081"].map { "udp dst port \($0)" }
}
