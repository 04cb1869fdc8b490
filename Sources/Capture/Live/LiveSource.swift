public import Vocabulary

/// Interfaces and pipes that packets come from while they are looked at: one interface of the analysis for both.
///
/// Nothing here waits: the owner waits for `descriptors` and then asks for batches until there is none.
public final class LiveSource {
    private let devices: [LiveDevice]
    private let pipes: [SourceReader]
    /// Several interfaces come in one order of time; nil where there is one at most.
    private let merge: InterfaceMerge?
    /// Bytes of the only interface's packets.
    private let store = PacketStore()
    private let most: Int
    /// Whose turn it is, so that a busy input does not keep the others from theirs: a pipe, or behind them the interfaces.
    private var turn = 0
    private var isEnding = false

    /// Opens all of them, or none.
    ///
    /// - Parameters:
    ///   - interfaces: names of devices; `any` is all of them.
    ///   - pipes: FIFOs and files with a capture's bytes; `-` is standard input. Opening one waits for its header.
    public init(
        interfaces: [String], pipes: [String] = [], options: LiveCaptureOptions = LiveCaptureOptions()
    ) throws(CaptureFault) {
        var devices: [LiveDevice] = []
        for name in interfaces {
            devices.append(try LiveDevice(name: name, index: devices.count, options: options))
        }
        let filter = options.filter.map { PacketFilter($0, maximumPacket: options.limits.packetBytes) }
        var readers: [SourceReader] = []
        for path in pipes {
            let reader = try SourceReader(
                path: path, index: devices.count + readers.count, blockBytes: options.limits.readBlockBytes,
                limits: options.limits, filter: filter)
            readers.append(reader)
        }
        (self.devices, self.pipes) = (devices, readers)
        merge = devices.count > 1 ? InterfaceMerge(devices, limits: options.limits) : nil
        // A device hands on so many packets at once as wait in a few of its blocks.
        most = max(1, options.limits.batchPackets)
    }

    /// What to wait for: each becomes readable when packets wait. Ended inputs are left out.
    public var descriptors: [Int32] {
        devices.filter { !$0.isEnded }.map(\.descriptor)
            + pipes.filter { !($0.isEnded && $0.next == $0.ready) }.map(\.descriptor)
    }

    /// Packets have come that wait for earlier ones of other interfaces: ask again soon.
    public var isHolding: Bool { merge?.isHolding ?? false }

    /// No more will come.
    public var isEnded: Bool { descriptors.isEmpty && !isHolding }

    /// Packets that are there now, `Limits.batchPackets` at most; nil where none are. They, and the bytes they point to,
    /// are valid until the next call.
    public func nextBatch() throws(CaptureFault) -> UnsafeBufferPointer<PacketEntry>? {
        if isEnding { return merge?.rest() }
        for _ in 0...pipes.count {
            let input = turn
            turn = (turn + 1) % (pipes.count + 1)
            if let batch = input < pipes.count ? try batch(of: pipes[input]) : batchOfDevices() { return batch }
        }
        return nil
    }

    /// From now on batches are of packets that are held already: nothing more is read.
    public func beginEnd() { isEnding = true }

    private func batchOfDevices() -> UnsafeBufferPointer<PacketEntry>? {
        if let merge { return merge.nextBatch() }
        guard let device = devices.first else { return nil }
        store.removeAll()
        device.take(most, into: store)
        let count = device.list.count
        return count > 0 ? UnsafeBufferPointer(start: device.list.storage, count: count) : nil
    }

    private func batch(of reader: SourceReader) throws(CaptureFault) -> UnsafeBufferPointer<PacketEntry>? {
        try reader.refillIfReadable()
        let count = min(most, reader.ready - reader.next)
        guard count > 0 else { return nil }
        let first = reader.entries + reader.next
        reader.take(count)
        return UnsafeBufferPointer(start: first, count: count)
    }

    /// Asks the kernel for the drops.
    public func countDrops() { for device in devices { device.count() } }

    /// Packets of interfaces that the kernel holds now.
    public func countWaiting() -> Int {
        countDrops()
        return devices.reduce(0) { $0 + Int(clamping: $1.waiting) }
    }

    /// What is known of each input so far, interfaces first.
    public var sources: [SourceFacts] { devices.map(\.facts) + pipes.map(\.facts) }

    /// Names of addresses that pcapng in pipes tells.
    public var nameRecords: [(IPAddress, String)] { pipes.flatMap(\.extras.names) }

    /// TLS key logs that pcapng in pipes has inside.
    public var decryptionSecrets: [[UInt8]] { pipes.flatMap(\.extras.secrets) }
    public var secretCount: Int { pipes.reduce(0) { $0 + $1.extras.secrets.count } }

    /// Interfaces from which nothing comes now, as of the last question for drops.
    public var downNames: [String] { devices.filter(\.isDown).map(\.name) }

    /// Interfaces that were removed.
    public var goneNames: [String] { devices.filter(\.isGone).map(\.name) }

    /// Nothing at all can be seen now: every interface is down, and nothing else is read.
    public var isBlind: Bool { pipes.isEmpty && !devices.isEmpty && devices.allSatisfy(\.isDown) }

    /// Inputs from which no more will come.
    public var endedNames: [String] {
        devices.filter(\.isEnded).map(\.name) + pipes.filter { $0.isEnded && $0.next == $0.ready }.map(\.facts.name)
    }

    /// The name of each input, interfaces first.
    public var names: [String] { devices.map(\.name) + pipes.map(\.facts.name) }
}
