namespace StreamLearn.Cli.Web.Documents;

/// <summary>A key, where a verb is about one alone.</summary>
internal sealed record KeyBody(string? Key);
