public import KafkaSchema

/// The program that decodes one version of one message. It lives as long as the `PlanCache` it came from.
public struct DecodePlan {
    unowned(unsafe) let storage: PlanStorage

    /// The message's name, such as `ProduceRequest`.
    public var message: String { storage.message }
    /// Its version.
    public var version: Int { storage.version }
    /// In a plan for everything: the fields by tag. Empty in others.
    public var selectedFields: [FieldDefinition] { storage.fields }
}

/// A program and what belongs to it.
final class PlanStorage {
    let message: String
    let version: Int
    let fields: [FieldDefinition]
    let ops: UnsafeMutablePointer<Op>
    let count: Int
    /// The most frames its run stacks.
    let depth: Int
    let limits: PlanLimits

    init(message: String, version: Int, program: Program, limits: PlanLimits) {
        self.message = message
        self.version = version
        fields = program.fields
        count = program.ops.count
        depth = program.depth
        self.limits = limits
        ops = .allocate(capacity: program.ops.count)
        for (index, op) in program.ops.enumerated() { (ops + index).initialize(to: op) }
    }

    deinit { ops.deallocate() }
}

/// The limits that a run needs.
struct PlanLimits {
    var stringBytes: Int
    var depth: Int
}

/// A compiled program.
struct Program {
    var ops: [Op] = []
    var depth = 0
    var fields: [FieldDefinition] = []
}
