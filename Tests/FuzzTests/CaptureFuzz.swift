import Capture
import Foundation
import Vocabulary

/// A file that has a path and no name, in memory where there is a place for that.
final class MemoryFile {
    private let descriptor: Int32
    var path: String { "/proc/self/fd/\(descriptor)" }

    init(_ bytes: [UInt8]) {
        var name = Self.template
        descriptor = mkstemp(&name)
        guard descriptor >= 0, unlink(name) == 0, write(descriptor, bytes, bytes.count) == bytes.count else {
            FuzzTarget.fail("no room for an input")
        }
    }

    deinit { close(descriptor) }

    /// For `mkstemp` and its like, which put other letters in place of the last six.
    static var template: [CChar] {
        let base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
        return Array("\(base)/brokertap-fuzz-\(String(repeating: "X", count: 6))".utf8CString)
    }
}

/// File formats: pcap, pcapng, what gzip and zstd pack, and facts files.
enum CaptureFuzz {
    static func run(_ bytes: UnsafeBufferPointer<UInt8>) {
        let file = MemoryFile(Array(bytes))
        var options = CaptureOptions(filter: nil, limits: Limits(), threads: 1)
        // A few packets a batch, so that what is lent across batches is lent.
        options.limits.batchPackets = 3
        guard let reader = try? CaptureReader(paths: [file.path], options: options) else { return }
        var told = SecretsTold()
        var sum = 0
        while let batch = try? reader.nextBatch() {
            for entry in batch { sum &+= look(entry) }
            sum &+= reader.newSecrets(&told).count
        }
        sum &+= reader.nameRecords.count
        if reader.sources.contains(where: { $0.cutPackets > $0.packets }) { FuzzTarget.fail("more cut than there are") }
    }

    /// Every byte that a packet says it has.
    private static func look(_ entry: PacketEntry) -> Int {
        let packet = UnsafeBufferPointer(start: entry.bytes, count: Int(entry.capturedLength))
        if entry.shownLength > entry.capturedLength { FuzzTarget.fail("more shown than captured") }
        var sum = packet.reduce(0) { $0 &+ Int($1) }
        if let blanked = entry.blanked {
            for index in 0..<blanked.count { sum &+= blanked[index].count }
        }
        return sum
    }
}
