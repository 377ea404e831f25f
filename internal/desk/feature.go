package desk

import (
	"context"
	"time"

	"madoguchi/internal/store"
	"madoguchi/internal/support"
)

// AddFeatureRequest takes a contact's wish for a feature: its own form, no
// number, no target (R31).
func (d *Desk) AddFeatureRequest(ctx context.Context, by support.Actor, f store.FeatureRequest) (store.FeatureRequest, error) {
	if len(d.Pack().Features.Receipt) == 0 {
		return f, support.Refuse(support.Conflict, "convert.none")
	}
	if by.Kind != support.Customer {
		return f, support.Refuse(support.Forbidden, "party.forbidden", "act", "add_feature_request")
	}
	if f.Title.Empty() {
		return f, support.Wrong("title", "title.needed")
	}
	if err := checkText(f.Title.Plain, "title"); err != nil {
		return f, err
	}
	if err := checkText(f.Text.Plain, "text"); err != nil {
		return f, err
	}
	if _, ok := d.Pack().Products[f.Product]; !ok {
		return f, support.Wrong("product", "product.unknown")
	}
	var added store.FeatureRequest
	err := d.store.Update(ctx, func(tx *store.Tx) error {
		c, err := activeContact(tx, by.ID)
		if err != nil {
			return err
		}
		added = f
		added.Contact, added.Account, added.At = c.ID, c.Account, d.Now()
		for _, t := range []*support.Text{&added.Title, &added.Text} {
			if err := tx.SaveText(c.Account, 0, t); err != nil {
				return err
			}
		}
		if err := tx.AddFeatureRequest(&added); err != nil {
			return err
		}
		return tx.Audit("feature_request", added.ID, by, added.At, "add_feature_request", map[string]any{"product": f.Product, "version": f.Version})
	})
	return added, err
}

// AskFeature asks the one question about a wish: product management's, which
// works in engineering (R31).
func (d *Desk) AskFeature(ctx context.Context, by support.Actor, id int64, question support.Text) error {
	return d.threadOf(ctx, by, "ask_feature_request", id, question, func(tx *store.Tx, t support.Text, at time.Time) error {
		return tx.AskFeature(id, by.ID, t, at)
	})
}

// AnswerFeature answers it: the contact whose wish it is.
func (d *Desk) AnswerFeature(ctx context.Context, by support.Actor, id int64, answer support.Text) error {
	return d.threadOf(ctx, by, "answer_feature_request", id, answer, func(tx *store.Tx, t support.Text, at time.Time) error {
		return tx.AnswerFeature(id, t, at)
	})
}

// threadOf adds a text to a wish; whose it is decides who may answer.
func (d *Desk) threadOf(ctx context.Context, by support.Actor, act string, id int64, text support.Text, add func(*store.Tx, support.Text, time.Time) error) error {
	if text.Empty() {
		return support.Wrong("text", "text.needed")
	}
	if err := checkText(text.Plain, "text"); err != nil {
		return err
	}
	var of store.FeatureRequest
	err := d.store.Update(ctx, func(tx *store.Tx) error {
		var err error
		of, err = tx.FeatureRequest(id)
		return err
	})
	if err != nil {
		return err
	}
	whose := support.Actor{Kind: support.Customer, ID: of.Contact}
	if by.Kind == support.Customer && by != whose {
		return support.Refuse(support.NotFound, "wish.not_found")
	}
	return d.change(ctx, by, act, about{owner: whose}, func(tx *store.Tx, at time.Time) (entry, error) {
		saved := text
		if err := tx.SaveText(of.Account, 0, &saved); err != nil {
			return entry{}, err
		}
		return entry{"feature_request", id, map[string]any{"text": saved.ID}}, add(tx, saved, at)
	})
}
