/// Words that operators give to brokers and bootstrap names.
public enum BrokerWords {
    private static let all: Set = ["kafka", "broker", "brokers", "bootstrap", "redpanda", "msk"]

    /// Of a host's name, in any case, the first part that is one; nil where none is.
    public static func first(in name: some StringProtocol) -> String? {
        name.lowercased().split { !$0.isLetter }.first { all.contains(String($0)) }.map(String.init)
    }
}
