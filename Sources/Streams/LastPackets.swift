import Vocabulary

/// The first bytes of a batch's last packets, for a look back from the next batch: the batch's own memory is gone by then.
final class LastPackets {
    private static let most = 8
    /// Link, IP and TCP headers, those of a tunnel included.
    private static let bytesOfEach = 256

    private let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: most * bytesOfEach)
    private let entries = UnsafeMutablePointer<PacketEntry>.allocate(capacity: most)
    private(set) var count = 0

    deinit {
        bytes.deallocate()
        entries.deallocate()
    }

    var packets: UnsafeMutableBufferPointer<PacketEntry> { UnsafeMutableBufferPointer(start: entries, count: count) }

    /// Nothing is allocated, for each batch comes by here.
    func keep(_ batch: UnsafeMutableBufferPointer<PacketEntry>) {
        count = 0
        for index in max(0, batch.count - Self.most)..<batch.count {
            var entry = batch[index]
            let length = min(Int(entry.capturedLength), Self.bytesOfEach)
            let place = bytes + count * Self.bytesOfEach
            place.update(from: entry.bytes, count: length)
            (entry.bytes, entry.capturedLength, entry.blanks) = (UnsafePointer(place), UInt32(length), 0)
            (entries + count).initialize(to: entry)
            count += 1
        }
    }
}
