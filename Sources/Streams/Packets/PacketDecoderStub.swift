import Vocabulary

/// Stands in until the packet layer is merged: every packet is of an unknown link type.
struct PacketDecoder {
    init(limits: Limits) {}
    mutating func decode(_ entry: PacketEntry, into headers: inout PacketHeaders) -> PacketOutcome { .unknownLinkType }
    mutating func endBatch() {}
}
