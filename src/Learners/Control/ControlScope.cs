namespace StreamLearn.Learners.Control;

/// <summary>Whom a <see cref="ControlRecord"/> is for.</summary>
public enum ControlScope : byte
{
    /// <summary>All keys of the pipeline, those that come later too.</summary>
    Pipeline = 1,

    /// <summary>The key of the record.</summary>
    Key = 2,
}
