import CLibpcap
import Vocabulary

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// One interface that packets are captured from, by libpcap.
final class LiveDevice {
    let name: String
    let linkType: UInt16
    /// Readable when packets wait.
    let descriptor: Int32
    private let pcap: libpcap_calls
    private let handle: OpaquePointer
    private let clock: PacketClock
    private(set) var list: EntryList
    /// Where the bytes of packets go while they are taken.
    private var store = PacketStore()
    /// What the kernel and the interface dropped, as of the last question.
    private(set) var systemDrops: UInt64 = 0
    private(set) var interfaceDrops: UInt64 = 0
    /// What has passed the filter, dropped or not, as of the last question.
    private var passed: UInt64 = 0
    private var lastCounts = (passed: UInt32(0), system: UInt32(0), interface: UInt32(0))
    private var fault: CaptureFault?
    /// Milliseconds after which a block of packets is handed on though it is not full.
    private static let patience: Int32 = 100

    /// The interface is down, or connected to nothing: packets come again when it is up.
    private(set) var isDown = false
    /// It was removed: none come any more.
    private(set) var isGone = false
    private var lastPackets: UInt64 = 0

    var isEnded: Bool { fault != nil }

    init(name: String, index: Int, options: LiveCaptureOptions) throws(CaptureFault) {
        self.name = name
        pcap = try Libpcap.open(for: name)
        handle = try Self.open(pcap, name, options)
        linkType = UInt16(truncatingIfNeeded: pcap.datalink(handle))
        clock = PacketClock(precision: pcap.get_tstamp_precision(handle))
        descriptor = pcap.get_selectable_fd(handle)
        list = EntryList(source: index, window: options.limits.reorderWindowNanoseconds)
        // A command that is run for a finding gets no socket that packets can be read from.
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        try setFilter(options.deviceFilter)
    }

    deinit {
        pcap.close(handle)
        list.deallocate()
    }

    private static func open(
        _ pcap: libpcap_calls, _ name: String, _ options: LiveCaptureOptions
    ) throws(CaptureFault) -> OpaquePointer {
        var words = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
        guard let handle = pcap.create(name, &words) else {
            throw CaptureFault(source: name, kind: .cannotRead, detail: CaptureInterface.text(words))
        }
        _ = pcap.set_snaplen(handle, Int32(clamping: options.snapLength))
        _ = pcap.set_promisc(handle, options.promiscuous ? 1 : 0)
        _ = pcap.set_timeout(handle, patience)
        _ = pcap.set_buffer_size(handle, Int32(clamping: options.bufferBytes))
        _ = pcap.set_immediate_mode(handle, options.immediate ? 1 : 0)
        // An interface without such time stamps keeps its microseconds; which it has is asked once it is open.
        _ = pcap.set_tstamp_precision(handle, PCAP_TSTAMP_PRECISION_NANO)
        let status = pcap.activate(handle)
        guard status >= 0, pcap.setnonblock(handle, 1, &words) == 0 else {
            let fault = Self.fault(pcap, name, handle, status)
            pcap.close(handle)
            throw fault
        }
        return handle
    }

    private static func fault(
        _ pcap: libpcap_calls, _ name: String, _ handle: OpaquePointer, _ status: Int32
    ) -> CaptureFault {
        let words = pcap.geterr(handle).map { String(cString: $0) } ?? ""
        switch status {
        case PCAP_ERROR_PERM_DENIED, PCAP_ERROR_PROMISC_PERM_DENIED:
            return CaptureFault(source: name, kind: .captureDenied, detail: "may not be captured from by this user")
        case PCAP_ERROR_NO_SUCH_DEVICE:
            return CaptureFault(source: name, kind: .noSuchInterface, detail: "no such interface")
        case PCAP_ERROR_IFACE_NOT_UP:
            return CaptureFault(source: name, kind: .cannotRead, detail: "the interface is not up")
        default:
            let general = pcap.statustostr(status).map { String(cString: $0) } ?? "error \(status)"
            return CaptureFault(
                source: name, kind: .cannotRead,
                detail: "cannot be captured from: \(words.isEmpty ? general : words)")
        }
    }

    private func setFilter(_ expression: String) throws(CaptureFault) {
        var program = bpf_program()
        guard pcap.compile(handle, &program, expression, 1, 0xFFFF_FFFF) == 0 else { throw badFilter() }
        defer { pcap.freecode(&program) }
        guard pcap.setfilter(handle, &program) == 0 else { throw badFilter() }
    }

    private func badFilter() -> CaptureFault {
        let words = pcap.geterr(handle).map { String(cString: $0) } ?? "unknown error"
        return CaptureFault(
            source: name, kind: .badFilter, detail: "the packet filter cannot be used here: \(words)")
    }

    // MARK: Packets

    /// Lists the packets that wait, a batch at most, with their bytes in `store`. What was listed before is forgotten.
    func take(_ most: Int, into store: PacketStore) {
        list.dropFirst(list.count)
        guard fault == nil else { return }
        self.store = store
        let device = Unmanaged.passUnretained(self).toOpaque()
        let status = pcap.dispatch(
            handle, Int32(clamping: most),
            { device, header, bytes in
                guard let device, let header, let bytes else { return }
                Unmanaged<LiveDevice>.fromOpaque(device).takeUnretainedValue().add(header.pointee, bytes)
            }, device.assumingMemoryBound(to: UInt8.self))
        guard status < 0, status != PCAP_ERROR_BREAK else { return }
        // An interface that goes down is told once as an error, and is read again when it is up.
        let state = LinkState.of(name)
        isDown = state != .up
        (isGone, lastPackets) = (state == .gone, list.packets)
        if state == .down || state == .noCarrier { return }
        let words = pcap.geterr(handle).map { String(cString: $0) } ?? "error \(status)"
        fault = CaptureFault(
            source: name, kind: .cannotRead,
            detail: isGone ? "the interface was removed" : "capturing ended: \(words)")
    }

    private func add(_ header: pcap_pkthdr, _ bytes: UnsafePointer<UInt8>) {
        let time = clock.nanoseconds(seconds: Int64(header.ts.tv_sec), fraction: Int64(header.ts.tv_usec))
        let captured = min(header.caplen, header.len)
        list.add(
            store.keep(bytes, Int(captured)), captured: captured, wire: header.len, time: time, linkType: linkType,
            interface: 0)
    }

    // MARK: The account

    /// Asks for the drops. libpcap's counters have 32 bits and go round.
    func count() {
        var counts = pcap_stat()
        let state = LinkState.of(name)
        // What hands on packets is connected, whatever its driver says.
        let isCutOff = state == .noCarrier && list.packets == lastPackets
        isDown = fault != nil || state == .down || state == .gone || isCutOff
        (isGone, lastPackets) = (isGone || state == .gone, list.packets)
        guard fault == nil, pcap.stats(handle, &counts) == 0 else { return }
        passed += UInt64(counts.ps_recv &- lastCounts.passed)
        systemDrops += UInt64(counts.ps_drop &- lastCounts.system)
        interfaceDrops += UInt64(counts.ps_ifdrop &- lastCounts.interface)
        lastCounts = (counts.ps_recv, counts.ps_drop, counts.ps_ifdrop)
    }

    /// Packets that the kernel holds and that were not taken, as of the last question.
    var waiting: UInt64 {
        let gone = systemDrops &+ list.packets
        return passed > gone ? passed - gone : 0
    }

    var facts: SourceFacts {
        var facts = SourceFacts()
        facts.name = name
        facts.format = "live"
        facts.linkTypes = [linkTypeName(linkType)]
        (facts.packets, facts.bytes) = (list.packets, list.capturedBytes)
        if list.packets > 0 {
            facts.firstTime = CaptureTime(nanoseconds: list.earliest)
            facts.lastTime = CaptureTime(nanoseconds: list.latest)
        }
        (facts.cutPackets, facts.outOfOrder, facts.fault) = (list.cutPackets, list.outOfOrder, fault)
        (facts.interfaceDrops, facts.systemDrops) = (interfaceDrops, systemDrops)
        return facts
    }
}

/// Reads the times of packets, whose fraction of a second counts in the unit that libpcap agreed to.
struct PacketClock {
    private let nanosecondsPerTick: Int64

    /// - Parameter precision: what `pcap_get_tstamp_precision` says of an open interface.
    init(precision: Int32) { nanosecondsPerTick = precision == PCAP_TSTAMP_PRECISION_NANO ? 1 : 1000 }

    @inline(__always)
    func nanoseconds(seconds: Int64, fraction: Int64) -> Int64 {
        seconds &* 1_000_000_000 &+ fraction &* nanosecondsPerTick
    }
}
