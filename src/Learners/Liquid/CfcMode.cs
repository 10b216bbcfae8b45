namespace StreamLearn.Learners.Liquid;

/// <summary>How a closed-form cell puts its heads together. With z the cell's features and t the elapsed time:</summary>
public enum CfcMode
{
    /// <summary>f1 (1 - T) + f2 T with f1 = tanh(z W1 + b1), f2 = tanh(z W2 + b2), T = σ((z Wa + ba) t + z Wb + bb).</summary>
    Default,

    /// <summary>f1 + f2 T.</summary>
    NoGate,

    /// <summary>A - A e^(-t (|w_tau| + |f|)) f with f = z W1 + b1: the solution itself, of one head.</summary>
    Pure,
}
