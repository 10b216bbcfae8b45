namespace StreamLearn.Cli.Web.Documents;

/// <summary>A topic that a pipeline reads; its name where there are several. Key: the field of it, empty: the message key.</summary>
internal sealed record SourceListing(string? Name, string Topic, string Format, string Key);
