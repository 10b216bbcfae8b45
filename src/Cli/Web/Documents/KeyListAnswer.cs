namespace StreamLearn.Cli.Web.Documents;

/// <summary>Some keys of a pipeline.</summary>
internal sealed record KeyListAnswer(string Pipeline, long TotalKeys, long Skip, IReadOnlyList<KeyListing> Keys);
