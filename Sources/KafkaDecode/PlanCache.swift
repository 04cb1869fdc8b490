public import KafkaSchema
public import Vocabulary

/// Makes plans when they are first asked for, and keeps them. Not to be shared between threads.
public final class PlanCache {
    private let selection: FieldSelection
    private let limits: PlanLimits
    private let slots: UnsafeMutablePointer<Slot>
    private var plans: [PlanStorage] = []
    /// Messages of which some version was asked for, by key and kind.
    private var definitions: [Int: MessageDefinition] = [:]

    /// What is known of one message version.
    private struct Slot {
        var plan: DecodePlan?
        var isTried = false
    }

    private static let keys = 256
    private static let versions = 32
    private static let slotCount = keys * versions * 2

    /// A cache of plans for `selection`.
    public init(selection: FieldSelection, limits: Limits = Limits()) {
        self.selection = selection
        self.limits = PlanLimits(
            stringBytes: min(max(limits.stringBytes, 0), Int(Int32.max)),
            depth: min(max(limits.messageDepth, 0), MessageDecoder.frameCount))
        slots = .allocate(capacity: Self.slotCount)
        slots.initialize(repeating: Slot(), count: Self.slotCount)
    }

    deinit { slots.deallocate() }

    /// The plan for a request or a response; nil where the schema does not have that version.
    @inline(__always)
    public func plan(apiKey: Int, version: Int, kind: MessageKind) -> DecodePlan? {
        guard apiKey >= 0, apiKey < Self.keys, version >= 0, version < Self.versions else { return nil }
        let slot = (apiKey * Self.versions + version) * 2 + (kind == .request ? 0 : 1)
        if slots[slot].isTried { return slots[slot].plan }
        return make(slot: slot, apiKey: apiKey, version: version, kind: kind)
    }

    /// The plan for the message of that name, made anew each time: for tools.
    public func plan(message name: String, version: Int) -> DecodePlan? {
        guard let definition = MessageDefinition.named(name) else { return nil }
        return compile(definition, version: version)
    }

    @inline(never)
    private func make(slot: Int, apiKey: Int, version: Int, kind: MessageKind) -> DecodePlan? {
        slots[slot].isTried = true
        guard kind == .request || kind == .response, let definition = definition(apiKey, kind) else { return nil }
        slots[slot].plan = compile(definition, version: version)
        return slots[slot].plan
    }

    private func definition(_ apiKey: Int, _ kind: MessageKind) -> MessageDefinition? {
        let place = apiKey * 2 + (kind == .request ? 0 : 1)
        if let known = definitions[place] { return known }
        definitions[place] = MessageDefinition.find(apiKey: apiKey, kind: kind)
        return definitions[place]
    }

    private func compile(_ definition: MessageDefinition, version: Int) -> DecodePlan? {
        guard definition.validVersions.contains(version) else { return nil }
        var compiler = PlanCompiler(definition: definition, version: version, selection: selection)
        let storage = PlanStorage(
            message: definition.name, version: version, program: compiler.compile(), limits: limits)
        plans.append(storage)
        return DecodePlan(storage: storage)
    }
}
