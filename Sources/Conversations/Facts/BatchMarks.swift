import Vocabulary

/// A bit for each batch that was lost, by a few of its numbers: all others are told apart without looking them up.
struct BatchMarks {
    private static let bits = 1 << 16
    private var words: [UInt64] = []

    mutating func add(_ batch: BatchIdentity) {
        if words.isEmpty { words = Array(repeating: 0, count: Self.bits / 64) }
        // A producer that gives batches up begins its numbering anew.
        var anew = batch
        anew.baseSequence = 0
        for place in [Self.place(of: batch), Self.place(of: anew), Self.place(rebatched: batch)] {
            words[place / 64] |= 1 << UInt64(place % 64)
        }
    }

    @inline(__always)
    func mayHold(_ batch: borrowing BatchIdentity) -> Bool {
        guard !words.isEmpty else { return false }
        let (same, rebatched) = (Self.place(of: batch), Self.place(rebatched: batch))
        return isSet(same) || isSet(rebatched)
    }

    @inline(__always)
    private func isSet(_ place: Int) -> Bool { words[place / 64] & 1 << UInt64(place % 64) != 0 }

    /// By what names a batch that is sent again as it was.
    @inline(__always)
    private static func place(of batch: borrowing BatchIdentity) -> Int {
        let number =
            batch.producerId >= 0
            ? UInt64(bitPattern: batch.producerId) &+ UInt64(UInt32(bitPattern: batch.baseSequence)) << 32
            : UInt64(batch.crc)
        return mixed(number, batch)
    }

    /// By what is left of one whose records were put into a larger batch.
    @inline(__always)
    private static func place(rebatched batch: borrowing BatchIdentity) -> Int {
        mixed(UInt64(bitPattern: batch.baseTimestamp), batch)
    }

    @inline(__always)
    private static func mixed(_ number: UInt64, _ batch: borrowing BatchIdentity) -> Int {
        let place = UInt64(batch.topic.raw) << 32 | UInt64(UInt32(bitPattern: batch.partition))
        let sum = (number &+ place &* 0xD6E8_FEB8_6659_FD93) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: sum >> 48)
    }
}
