namespace StreamLearn.Learners.Watching;

/// <summary>The keys of a fleet that somebody wants to see.</summary>
/// <param name="Matching">How many keys contain the text.</param>
/// <param name="Keys">The first of them.</param>
public sealed record KeySearchResult(int Matching, IReadOnlyList<KeyStanding> Keys);
