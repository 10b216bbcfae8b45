using Akka.Configuration.Hocon;

namespace StreamLearn.Cluster.Configuration;

/// <summary>A block as one source of settings has it.</summary>
/// <param name="File">The file, or the single setting; null: defaults, which nobody has written.</param>
/// <param name="Block">What it says.</param>
internal readonly record struct ConfigLayer(string? File, HoconObject Block);
