import Vocabulary

/// Who asks for whose hardware address, and who tells it.
extension PacketHeaders {
    /// Ethernet's ARP for IPv4, without its padding.
    static let arpBytes = 28
    /// A neighbour solicitation or advertisement up to the end of the address that it is about.
    static let neighbourDiscoveryBytes = 24

    /// RFC 826. A probe (RFC 5227), whose sender has no address yet, says nothing.
    ///
    /// - Parameter layer: begins with ARP's header.
    /// - Returns: `notIP`, whatever it is; only what is whole is read.
    mutating func readARP(_ layer: PacketLayer) -> PacketOutcome {
        guard layer.captured >= Self.arpBytes, layer.at.be16(0) == 1, layer.at.be16(2) == 0x0800,
            layer.at[4] == 6, layer.at[5] == 4
        else { return .notIP }
        let sender = IPAddress(v4: layer.at.be32(14)), target = IPAddress(v4: layer.at.be32(24))
        guard sender != IPAddress(v4: 0) else { return .notIP }
        switch layer.at.be16(6) {
        // Who announces its own address asks nobody.
        case 1: neighbour = sender == target ? .answer : .question
        case 2: neighbour = .answer
        default: return .notIP
        }
        (source, destination) = (sender, target)
        return .notIP
    }

    /// RFC 4861, 4.3 and 4.4. Without a source address it is a host's look whether its own address is free.
    ///
    /// - Parameter layer: begins with ICMPv6's header; `source` and `destination` are those of the IP header.
    mutating func readNeighbourDiscovery(_ layer: PacketLayer) -> PacketOutcome {
        guard layer.captured >= Self.neighbourDiscoveryBytes, layer.at[1] == 0,
            source != IPAddress(v6High: 0, low: 0)
        else { return .otherIP }
        let target = IPAddress(v6High: layer.at.be64(8), low: layer.at.be64(16))
        switch layer.at[0] {
        case 135:
            neighbour = .question
            destination = target
        default:
            neighbour = .answer
            source = target
        }
        return .otherIP
    }
}
