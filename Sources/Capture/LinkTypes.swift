/// The name of a LINKTYPE_ value (tcpdump.org/linktypes.html), or its number where it is none that is decoded here.
public func linkTypeName(_ linkType: UInt16) -> String {
    switch linkType {
    case 0: "NULL"
    case 1: "Ethernet"
    case 12, 14, 101: "raw IP"
    case 105: "IEEE 802.11"
    case 108: "LOOP"
    case 113: "Linux cooked v1"
    case 127: "IEEE 802.11 with radiotap"
    case 228: "raw IPv4"
    case 229: "raw IPv6"
    case 276: "Linux cooked v2"
    default: "link type \(linkType)"
    }
}

/// The link type word of pcap and pcapng: the type in the lower half; in the upper one whether and how many 16-bit words
/// of frame check sequence end each packet (draft-ietf-opsawg-pcap, section 4).
struct LinkTypeWord {
    var linkType: UInt16
    var checkSequenceBytes: UInt32

    init(_ word: UInt32) {
        linkType = UInt16(truncatingIfNeeded: word)
        checkSequenceBytes = word & 0x0400_0000 != 0 ? (word >> 28) * 2 : 0
    }
}
