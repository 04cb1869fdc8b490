public import Vocabulary

/// Interfaces and pipes that packets come from while they are looked at: one interface of the analysis for both.
///
/// Nothing here waits: the owner waits for `descriptors` and then asks for batches until there is none.
public final class LiveSource {
    private enum Input {
        case device(LiveDevice)
        case pipe(SourceReader)
    }

    private let inputs: [Input]
    private let most: Int
    /// The input whose turn it is, so that a busy one does not keep the others from theirs.
    private var turn = 0

    /// Opens all of them, or none.
    ///
    /// - Parameters:
    ///   - interfaces: names of devices; `any` is all of them.
    ///   - pipes: FIFOs and files with a capture's bytes; `-` is standard input. Opening one waits for its header.
    public init(
        interfaces: [String], pipes: [String] = [], options: LiveCaptureOptions = LiveCaptureOptions()
    ) throws(CaptureFault) {
        var inputs: [Input] = []
        for name in interfaces {
            inputs.append(.device(try LiveDevice(name: name, index: inputs.count, options: options)))
        }
        let filter = options.filter.map { PacketFilter($0, maximumPacket: options.limits.packetBytes) }
        for path in pipes {
            let reader = try SourceReader(
                path: path, index: inputs.count, blockBytes: options.limits.readBlockBytes, limits: options.limits,
                filter: filter)
            inputs.append(.pipe(reader))
        }
        self.inputs = inputs
        // A device hands on so many packets at once as wait in a few of its blocks.
        most = max(1, options.limits.batchPackets)
    }

    /// What to wait for: each becomes readable when packets wait. Ended inputs are left out.
    public var descriptors: [Int32] {
        inputs.compactMap { input in
            switch input {
            case .device(let device): device.isEnded ? nil : device.descriptor
            case .pipe(let reader): reader.isEnded && reader.next == reader.ready ? nil : reader.descriptor
            }
        }
    }

    /// No more will come.
    public var isEnded: Bool { descriptors.isEmpty }

    /// Packets that are there now, `Limits.batchPackets` at most; nil where none are. They, and the bytes they point to,
    /// are valid until the next call.
    public func nextBatch() throws(CaptureFault) -> UnsafeBufferPointer<PacketEntry>? {
        for _ in inputs.indices {
            let input = inputs[turn]
            turn = (turn + 1) % inputs.count
            if let batch = try batch(of: input) { return batch }
        }
        return nil
    }

    private func batch(of input: Input) throws(CaptureFault) -> UnsafeBufferPointer<PacketEntry>? {
        switch input {
        case .device(let device):
            device.take(most)
            let count = device.list.count
            return count > 0 ? UnsafeBufferPointer(start: device.list.storage, count: count) : nil
        case .pipe(let reader):
            try reader.refillIfReadable()
            let count = min(most, reader.ready - reader.next)
            guard count > 0 else { return nil }
            let first = reader.entries + reader.next
            reader.take(count)
            return UnsafeBufferPointer(start: first, count: count)
        }
    }

    /// Asks the kernel for the drops.
    public func countDrops() {
        for case .device(let device) in inputs { device.count() }
    }

    /// What is known of each input so far.
    public var sources: [SourceFacts] {
        inputs.map { input in
            switch input {
            case .device(let device): device.facts
            case .pipe(let reader): reader.facts
            }
        }
    }

    /// Name and link type of each interface, for a file that records them.
    public var interfaces: [(name: String, linkType: UInt16)] {
        inputs.map { input in
            switch input {
            case .device(let device): (device.name, device.linkType)
            case .pipe(let reader): (reader.facts.name, 1)
            }
        }
    }
}
