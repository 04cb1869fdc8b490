import Foundation

/// How much a run of the tests takes of what takes long: all in the long check, some of it in any other.
enum Tier {
    private static let rounds = ProcessInfo.processInfo.environment["BROKERTAP_FUZZ_ROUNDS"]
    static let isFull = rounds != nil

    /// So often what is made by chance is made anew.
    static func rounds(otherwise usual: UInt64) -> UInt64 { rounds.flatMap { UInt64($0) } ?? usual }
}

extension Array {
    /// One of each `step` elements; all in the long check.
    func sampled(oneIn step: Int) -> [Element] {
        Tier.isFull ? self : indices.filter { $0 % step == step / 2 }.map { self[$0] }
    }
}
