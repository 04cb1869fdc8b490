import CLibpcap

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Giving up what was only needed to open interfaces.
public enum Privileges {
    public struct Failure: Error {
        public var what: String
    }

    /// CAP_DAC_OVERRIDE: root goes on to write where root may.
    private static let mayWriteAnywhere: UInt32 = 1 << 1

    /// A program that is set-uid becomes its caller, one under sudo the user who called sudo; then no capability is left
    /// that capturing needs, and none can come back.
    ///
    /// - Parameter environment: looks a variable up.
    public static func drop(environment: (String) -> String?) throws(Failure) {
        if geteuid() == 0 { try becomeUser(environment) }
        let staysRoot = geteuid() == 0
        guard brokertap_no_new_privileges() == 0, brokertap_keep_capabilities(staysRoot ? mayWriteAnywhere : 0) == 0
        else { throw Failure(what: "capabilities cannot be given up") }
    }

    private static func becomeUser(_ environment: (String) -> String?) throws(Failure) {
        var (user, group) = (getuid(), getgid())
        if user == 0, let id = environment("SUDO_UID").flatMap({ uid_t($0) }) {
            (user, group) = (id, environment("SUDO_GID").flatMap { gid_t($0) } ?? group)
        }
        guard user != 0 else { return }
        guard setgroups(0, nil) == 0, setgid(group) == 0, setuid(user) == 0, setuid(0) != 0 else {
            throw Failure(what: "the program cannot become user \(user) again")
        }
    }
}
