public import Vocabulary

/// How packets are captured as they pass.
public struct LiveCaptureOptions: Sendable {
    /// An expression of pcap-filter(7); nil: `defaultFilter`.
    public var filter: String?
    /// Bytes kept of each packet.
    public var snapLength = 262_144
    /// The kernel's buffer for each interface, in bytes.
    public var bufferBytes = 64 << 20
    /// See packets of other hosts too.
    public var promiscuous = false
    /// Hand packets on one by one as they come. Costs many times the buffer and the time of handing on blocks.
    public var immediate = false
    public var limits: Limits

    public init(limits: Limits = Limits()) { self.limits = limits }

    /// All that the analysis can use: TCP, DNS, and ICMP's errors; less the session over which this program is used.
    /// - Parameter session: the value of SSH_CONNECTION: address and port of the client, then of the server.
    public static func defaultFilter(session: String?) -> String {
        let all = "tcp or port 53 or icmp or icmp6"
        let words = (session ?? "").split(separator: " ")
        guard words.count == 4, let client = IPAddress(words[0]), let clientPort = UInt16(words[1]),
            let server = IPAddress(words[2]), let serverPort = UInt16(words[3])
        else { return all }
        let ends = "host \(client) and host \(server) and tcp port \(clientPort) and tcp port \(serverPort)"
        return "(\(all)) and not (\(ends))"
    }
}
