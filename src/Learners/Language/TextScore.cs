namespace StreamLearn.Learners.Language;

/// <summary>When the texts of a <c>language</c> pipeline are scored for whoever reads its predictions.</summary>
public enum TextScore
{
    /// <summary><c>batch</c>: with the mini-batch that they are learned in. Nothing is published for a record.</summary>
    Batch,

    /// <summary><c>record</c>: each when it arrives, by a forward pass of its own, and the perplexity is published.</summary>
    Record,
}
